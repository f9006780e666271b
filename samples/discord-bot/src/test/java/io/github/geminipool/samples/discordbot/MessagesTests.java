package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bot's texts in its languages. */
class MessagesTests {

    private static final Pattern COMMAND_OR_OPTION = Pattern.compile(".*\\.(name|description)");
    private static final Pattern ARGUMENT = Pattern.compile("\\{\\d}");

    private final Properties english = load("messages.properties");
    private final Properties chinese = load("messages_zh_TW.properties");

    private static Properties load(String name) {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(MessagesTests.class.getResourceAsStream("/" + name)), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return properties;
    }

    @Test
    void bothLanguagesHaveAllTexts() {
        Set<String> translated = chinese.stringPropertyNames().stream()
                .filter(key -> !COMMAND_OR_OPTION.matcher(key).matches())
                .collect(Collectors.toSet());
        assertThat(translated).isEqualTo(english.stringPropertyNames());
    }

    @Test
    void bothLanguagesUseTheSameArguments() {
        assertThat(english.stringPropertyNames())
                .allSatisfy(key -> assertThat(arguments(chinese, key)).isEqualTo(arguments(english, key)));
    }

    private static Set<String> arguments(Properties properties, String key) {
        return ARGUMENT.matcher(properties.getProperty(key))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A single apostrophe would quote the arguments after it. */
    @Test
    void textsWithArgumentsHaveNoApostrophes() {
        assertThat(english.values().stream().map(String::valueOf))
                .filteredOn(text -> ARGUMENT.matcher(text).find())
                .noneMatch(text -> text.contains("'"));
    }
}

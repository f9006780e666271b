package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.LatencyStats;
import io.github.geminipool.stats.ModelStats;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.dv8tion.jda.api.entities.MessageEmbed;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ResourceBundleMessageSource;

class ModelListTests {

    private static ModelStats model(String name, Map<String, Long> usage) {
        Duration none = Duration.ZERO;
        return new ModelStats(
                name,
                10,
                2,
                1,
                3,
                new AttemptStats(
                        12, Map.of(), Map.of(), new LatencyStats(none, none, none, none, none), TokenUsage.NONE),
                0,
                usage,
                List.of(),
                List.of());
    }

    private static String list(ModelStats... models) {
        ResourceBundleMessageSource source = new ResourceBundleMessageSource();
        source.setBasename("messages");
        source.setDefaultEncoding("UTF-8");
        source.setFallbackToSystemLocale(false);
        return new ModelList(new Words(source, Locale.ENGLISH)).of(List.of(models));
    }

    @Test
    void eachModelIsShownWithItsBusiestKeysFirst() {
        assertThat(list(model("gemini-x", Map.of("b", 1L, "a", 1L, "shop", 10L)), model("gemini-y", Map.of())))
                .isEqualTo("""
                        **gemini-x**
                        10 instances: 2 busy, 1 without a usable key; 3 calls waiting
                        12 requests, 0 of them failed
                        Requests by key: shop 10 · a 1 · b 1

                        **gemini-y**
                        10 instances: 2 busy, 1 without a usable key; 3 calls waiting
                        12 requests, 0 of them failed
                        Requests by key: –""");
    }

    @Test
    void withoutCallsItSaysSo() {
        assertThat(list()).isEqualTo("No model has been called yet.");
    }

    @Test
    void manyModelsAndKeysFitInAnEmbed() {
        Map<String, Long> usage = IntStream.range(0, 500)
                .boxed()
                .collect(Collectors.toMap(i -> "key-with-a-very-long-name ".repeat(10) + i, i -> (long) i));
        ModelStats[] models = IntStream.range(0, 300)
                .mapToObj(i -> model("model ".repeat(40) + i, i == 0 ? usage : Map.of()))
                .toArray(ModelStats[]::new);
        assertThat(list(models))
                .hasSizeLessThanOrEqualTo(MessageEmbed.DESCRIPTION_MAX_LENGTH)
                .contains("… and 490 more")
                .endsWith("… and 290 more");
    }

    @Test
    void namesAreNotMarkdown() {
        assertThat(list(model("a**b`c", Map.of("_d_", 1L))))
                .contains("**a\\*\\*b\\`c**")
                .contains("\\_d\\_ 1");
    }
}

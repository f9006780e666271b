package io.github.geminipool.samples.discordbot;

import java.util.Locale;
import org.springframework.context.MessageSource;

/**
 * What the bot says, in one language.
 *
 * @param source of all languages
 * @param locale which it is
 */
record Words(MessageSource source, Locale locale) {

    /** A text of {@code messages.properties}. */
    String of(String code, Object... arguments) {
        return source.getMessage(code, arguments, locale);
    }

    /** What Gemini answered, or that it is nothing. */
    String orNothing(String answer) {
        return answer.isBlank() ? of("answer.empty") : answer;
    }
}

package io.github.geminipool.samples.discordbot;

import java.util.Locale;
import org.springframework.context.MessageSource;

/**
 * The bot's texts in one language.
 *
 * @param source texts of all languages
 * @param locale the language
 */
record Words(MessageSource source, Locale locale) {

    /** Returns a text from {@code messages.properties}. */
    String of(String code, Object... arguments) {
        return source.getMessage(code, arguments, locale);
    }

    /** Returns Gemini's answer, or a note if it is blank. */
    String orNothing(String answer) {
        return answer.isBlank() ? of("answer.empty") : answer;
    }
}

package io.github.geminipool.autoconfigure.keys;

import org.jspecify.annotations.Nullable;

/** Finds mistakes in how keys are written that would otherwise only show as keys that Gemini rejects. */
public final class KeyText {

    private KeyText() {}

    /** Returns what is wrong, as the rest of a sentence, without the text; null if nothing is. */
    public static @Nullable String problem(String text) {
        String key = text.strip();
        if (key.isEmpty()) {
            return "is blank";
        }
        char first = key.charAt(0);
        char last = key.charAt(key.length() - 1);
        if (isQuote(first) || isQuote(last)) {
            return "is in quotation marks, which would become part of the key";
        }
        return key.indexOf(';') >= 0 ? "has a semicolon, which does not separate keys and is part of none" : null;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`' || c == '\u201C' || c == '\u201D';
    }
}

package io.github.geminipool.autoconfigure.keys;

import org.jspecify.annotations.Nullable;

/** Finds mistakes in the writing of keys that would otherwise show only when Gemini rejects them. */
public final class KeyText {

    private KeyText() {}

    /** Returns what is wrong, as the rest of a sentence that does not contain the text; null if nothing is. */
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
        return key.indexOf(';') >= 0 ? "has a semicolon, which neither separates keys nor is part of a key" : null;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`' || c == '\u201C' || c == '\u201D';
    }
}

package io.github.geminipool.autoconfigure.keys;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds mistakes in the writing of keys that would otherwise show only when Gemini rejects them. */
public final class KeyText {

    /** An entry as in a keys file, in a place where it can't be, or with something after its value. */
    private static final Pattern ENTRY = Pattern.compile("^(?:name|project|value)=|,(?:name|project|value)=");

    /** A line as in a file of environment variables. */
    private static final Pattern ASSIGNMENT = Pattern.compile("^[A-Z][A-Z0-9_]*KEY[A-Z0-9_]*=");

    private static final Pattern KEY_OF_GOOGLE = Pattern.compile("AIza[A-Za-z0-9_-]{35}|AQ\\.[A-Za-z0-9_.-]{20,}");

    private static final String OPENING = "[{(<";

    private static final String CLOSING = "]})>";

    private KeyText() {}

    /** Returns whether a text is a key in one of the formats in which Google issues them, rather than a name. */
    public static boolean isKey(String text) {
        return KEY_OF_GOOGLE.matcher(text.strip()).matches();
    }

    /** Returns what is wrong, as the rest of a sentence that does not contain the text; null if nothing is. */
    public static @Nullable String problem(String text) {
        String key = text.strip();
        if (key.isEmpty()) {
            return "is blank";
        }
        if (ENTRY.matcher(key).find()) {
            return "has a name=, project= or value=, which only a line of a file of keys has, with the value last";
        }
        if (ASSIGNMENT.matcher(key).find()) {
            return "begins with the name of a variable and an equals sign, which would become part of the key";
        }
        if (key.startsWith("$") || key.contains("${")) {
            return "refers to a variable, for which nothing has put its value";
        }
        char first = key.charAt(0);
        char last = key.charAt(key.length() - 1);
        if (isQuote(first) || isQuote(last)) {
            return "is in quotation marks, which would become part of the key";
        }
        if (OPENING.indexOf(first) >= 0 || CLOSING.indexOf(last) >= 0) {
            return "is in brackets, which would become part of the key";
        }
        if (key.indexOf(';') >= 0) {
            return "has a semicolon, which neither separates keys nor is part of a key";
        }
        return hasMoreBeforeKey(key)
                ? "has something before the key, such as a name or another key, which would become part of it"
                : null;
    }

    /** Keys of Google may have commas and equals signs in them, but no key has another one in it. */
    private static boolean hasMoreBeforeKey(String text) {
        // Of a line break or another character that no key has, its own problem says more.
        return text.chars().allMatch(c -> c > ' ' && c <= '~')
                && KEY_OF_GOOGLE
                        .matcher(text)
                        .results()
                        .anyMatch(found -> found.start() > 0 && !isWord(text.charAt(found.start() - 1)));
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`' || c == '\u201C' || c == '\u201D';
    }
}

package io.github.geminipool.key;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds a value in a text in any written form: plain, URL-encoded once or twice, as HTML's numeric character references, or escaped as
 * in JSON, nested JSON included. Each character may be written in another form.
 */
final class WrittenForms {

    /** Maximum number of backslashes before an escaped character: JSON in JSON in JSON. */
    private static final int MAX_BACKSLASHES = 7;

    /** Maximum number of digits of a character reference. */
    private static final int MAX_DIGITS = 6;

    /** Maximum length of an escaped character, except for backslashes. */
    private static final int MAX_ESCAPED = "&#x".length() + MAX_DIGITS;

    static final int NO_MATCH = -1;

    /**
     * A character in an escaped form.
     *
     * @param end the position after it
     */
    record Escaped(char character, int end) {}

    private final String value;

    WrittenForms(String value) {
        this.value = value;
    }

    int length() {
        return value.length();
    }

    char charAt(int index) {
        return value.charAt(index);
    }

    /** Returns the length of the longest form. */
    int longest() {
        return value.length() * (MAX_BACKSLASHES + "u0000".length());
    }

    /** Returns the position of the next possible escape in a text, or the end of the text. */
    static int nextEscape(String text, int from) {
        int at = from;
        while (at < text.length() && !isEscape(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Returns whether a character may begin an escaped form. */
    static boolean isEscape(char c) {
        return c == '%' || c == '\\' || c == '&';
    }

    /**
     * Returns the end of the value if it begins at a position, else {@link #NO_MATCH}.
     *
     * @param escape the position of the next possible escape
     */
    int endOf(String text, int from, int escape) {
        int length = value.length();
        if (from + length <= escape) {
            boolean mayBe =
                    text.charAt(from) == value.charAt(0) && text.charAt(from + length - 1) == value.charAt(length - 1);
            return mayBe && text.startsWith(value, from) ? from + length : NO_MATCH;
        }
        int at = from;
        for (int i = 0; i < value.length() && at != NO_MATCH; i++) {
            at = after(text, at, value.charAt(i));
        }
        return at;
    }

    /** Returns whether the text from a position to its end is a beginning of the value, with at least {@code minimum} characters. */
    boolean isBeginning(String text, int from, int minimum) {
        int at = from;
        int matched = 0;
        while (at < text.length() && matched < value.length()) {
            int next = after(text, at, value.charAt(matched));
            if (next == NO_MATCH) {
                // The escape itself may be cut.
                return matched >= minimum && text.length() - at < MAX_ESCAPED && isEscape(text.charAt(at));
            }
            at = next;
            matched++;
        }
        return matched >= minimum;
    }

    /** Returns the characters that an escape at a position may stand for. */
    static List<Escaped> escapedAt(String text, int at) {
        List<Escaped> found = new ArrayList<>(2);
        if (text.charAt(at) == '%') {
            add(found, text.startsWith("%25", at) ? hex(text, at + 3, 2) : NO_MATCH, at + 5);
            add(found, hex(text, at + 1, 2), at + 3);
            return found;
        }
        if (text.charAt(at) == '&') {
            int end = endOfReference(text, at);
            add(found, end == NO_MATCH ? NO_MATCH : reference(text, at, end), end);
            return found;
        }
        int end = endOfBackslashes(text, at);
        if (text.startsWith("u", end)) {
            add(found, hex(text, end + 1, 4), end + 5);
        }
        add(found, '\\', end);
        if (end < text.length() && isEscapable(text.charAt(end))) {
            add(found, text.charAt(end), end + 1);
        }
        return found;
    }

    private static void add(List<Escaped> found, int character, int end) {
        if (character >= 0) {
            found.add(new Escaped((char) character, end));
        }
    }

    /** Returns the position after a character in any of its forms, or {@link #NO_MATCH}. */
    private static int after(String text, int at, char wanted) {
        if (at >= text.length()) {
            return NO_MATCH;
        }
        char c = text.charAt(at);
        int escaped = switch (c) {
            case '%' -> afterPercent(text, at, wanted);
            case '\\' -> afterBackslash(text, at, wanted);
            case '&' -> afterReference(text, at, wanted);
            default -> NO_MATCH;
        };
        if (escaped != NO_MATCH) {
            return escaped;
        }
        return c == wanted ? at + 1 : NO_MATCH;
    }

    private static int afterPercent(String text, int at, char wanted) {
        if (text.startsWith("%25", at) && hex(text, at + 3, 2) == wanted) {
            return at + 5;
        }
        return hex(text, at + 1, 2) == wanted ? at + 3 : NO_MATCH;
    }

    private static int afterBackslash(String text, int at, char wanted) {
        int end = endOfBackslashes(text, at);
        if (text.startsWith("u", end) && hex(text, end + 1, 4) == wanted) {
            return end + 5;
        }
        if (wanted == '\\') {
            return end;
        }
        return isEscapable(wanted) && end < text.length() && text.charAt(end) == wanted ? end + 1 : NO_MATCH;
    }

    private static int afterReference(String text, int at, char wanted) {
        int end = endOfReference(text, at);
        return end != NO_MATCH && reference(text, at, end) == wanted ? end : NO_MATCH;
    }

    /** Returns the position after a numeric character reference of HTML, decimal or hexadecimal, or {@link #NO_MATCH}. */
    private static int endOfReference(String text, int at) {
        if (!text.startsWith("&#", at)) {
            return NO_MATCH;
        }
        int last = Math.min(text.length() - 1, at + MAX_ESCAPED);
        for (int i = at + "&#".length(); i <= last; i++) {
            if (text.charAt(i) == ';') {
                return i + 1;
            }
        }
        return NO_MATCH;
    }

    /** Returns the character of a reference, or {@link #NO_MATCH}. */
    private static int reference(String text, int at, int end) {
        int digits = at + "&#".length();
        if ((text.charAt(digits) | 0x20) == 'x') {
            return digits + 2 < end ? hex(text, digits + 1, end - digits - 2) : NO_MATCH;
        }
        int found = digits + 1 < end ? 0 : NO_MATCH;
        for (int i = digits; i < end - 1 && found != NO_MATCH; i++) {
            int digit = text.charAt(i) - '0';
            found = digit < 0 || digit > 9 ? NO_MATCH : 10 * found + digit;
        }
        return found;
    }

    private static int endOfBackslashes(String text, int at) {
        int end = at;
        while (end < text.length() && end - at < MAX_BACKSLASHES && text.charAt(end) == '\\') {
            end++;
        }
        return end;
    }

    private static boolean isEscapable(char c) {
        return c == '/' || c == '"' || c == '\'';
    }

    /** Returns the value of hexadecimal digits at a position, or {@link #NO_MATCH}. */
    private static int hex(String text, int from, int digits) {
        if (from + digits > text.length()) {
            return NO_MATCH;
        }
        int found = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return NO_MATCH;
            }
            found = 16 * found + digit;
        }
        return found;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = (c | 0x20) - 'a';
        return letter >= 0 && letter < 6 ? 10 + letter : NO_MATCH;
    }
}

package io.github.geminipool.key;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds a value in a text in whatever form it is written there: as it is, URL-encoded (once or twice), or escaped as in
 * JSON (however deep in quotes); each character in its own way.
 */
final class WrittenForms {

    /** A backslash before every quote or backslash of a text in a text in a text. */
    private static final int MOST_BACKSLASHES = 7;

    static final int NO_MATCH = -1;

    /**
     * A character in an escaped form.
     *
     * @param end where the text goes on after it
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

    /** The length of the longest form. */
    int longest() {
        return value.length() * (MOST_BACKSLASHES + "u0000".length());
    }

    /** Where the next escaped character of a text may be, or the text's end. */
    static int nextEscape(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '%' && text.charAt(at) != '\\') {
            at++;
        }
        return at;
    }

    /**
     * Where the value ends if it stands at a place, else {@link #NO_MATCH}.
     *
     * @param escape where the next escape may be
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

    /** Whether the text ends with so many characters of the value at least, its first ones, which stand at a place. */
    boolean isBeginning(String text, int from, int telling) {
        int at = from;
        int matched = 0;
        while (at < text.length() && matched < value.length()) {
            int next = after(text, at, value.charAt(matched));
            if (next == NO_MATCH) {
                // A form that is cut itself.
                return matched >= telling
                        && text.length() - at < 6
                        && (text.charAt(at) == '%' || text.charAt(at) == '\\');
            }
            at = next;
            matched++;
        }
        return matched >= telling;
    }

    /** What an escape at a place may stand for. */
    static List<Escaped> escapedAt(String text, int at) {
        List<Escaped> found = new ArrayList<>(2);
        if (text.charAt(at) == '%') {
            add(found, text.startsWith("%25", at) ? hex(text, at + 3, 2) : NO_MATCH, at + 5);
            add(found, hex(text, at + 1, 2), at + 3);
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

    /** Where the text goes on after a character in any of its forms. */
    private static int after(String text, int at, char wanted) {
        if (at >= text.length()) {
            return NO_MATCH;
        }
        char c = text.charAt(at);
        int escaped =
                c == '%' ? afterPercent(text, at, wanted) : c == '\\' ? afterBackslash(text, at, wanted) : NO_MATCH;
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

    private static int endOfBackslashes(String text, int at) {
        int end = at;
        while (end < text.length() && end - at < MOST_BACKSLASHES && text.charAt(end) == '\\') {
            end++;
        }
        return end;
    }

    private static boolean isEscapable(char c) {
        return c == '/' || c == '"' || c == '\'';
    }

    /** The number that hexadecimal digits at a place make, or {@link #NO_MATCH}. */
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

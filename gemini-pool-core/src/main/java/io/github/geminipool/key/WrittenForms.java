package io.github.geminipool.key;

/**
 * Finds a value in a text in whatever form it is written there: as it is, URL-encoded (once or twice), or escaped as in
 * JSON (however deep in quotes); each character in its own way. Takes time linear in the text.
 */
final class WrittenForms {

    /** A backslash before every quote or backslash of a text in a text in a text. */
    private static final int MOST_BACKSLASHES = 7;

    /** So many characters at the end of a cut text are the beginning of the value, and no accident. */
    private static final int TELLING = 8;

    private static final int NO_MATCH = -1;

    private final String value;
    private final String mask;

    WrittenForms(String value, String mask) {
        this.value = value;
        this.mask = mask;
    }

    /** The length of the longest form. */
    int longest() {
        return value.length() * (MOST_BACKSLASHES + "u0000".length());
    }

    /** The text with the mask in place of the value. */
    String maskIn(String text) {
        StringBuilder masked = null;
        int copied = 0;
        for (int at = 0; at < text.length(); at++) {
            int end = mayBegin(text.charAt(at)) ? endOf(text, at) : NO_MATCH;
            if (end != NO_MATCH) {
                masked = masked == null ? new StringBuilder(text.length()) : masked;
                masked.append(text, copied, at).append(mask);
                copied = end;
                at = end - 1;
            }
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    /** The same, with the mask also in place of the value's beginning at the end of the text. */
    String maskInCut(String text) {
        String masked = maskIn(text);
        for (int at = Math.max(0, masked.length() - longest()); at <= masked.length() - TELLING; at++) {
            if (mayBegin(masked.charAt(at)) && isBeginning(masked, at)) {
                return masked.substring(0, at) + mask;
            }
        }
        return masked;
    }

    private boolean mayBegin(char c) {
        return c == value.charAt(0) || c == '%' || c == '\\';
    }

    private int endOf(String text, int from) {
        int at = from;
        for (int i = 0; i < value.length() && at != NO_MATCH; i++) {
            at = after(text, at, value.charAt(i));
        }
        return at;
    }

    private boolean isBeginning(String text, int from) {
        int at = from;
        int matched = 0;
        while (at < text.length() && matched < value.length()) {
            int next = after(text, at, value.charAt(matched));
            if (next == NO_MATCH) {
                // A form that is cut itself.
                return matched >= TELLING
                        && text.length() - at < 6
                        && (text.charAt(at) == '%' || text.charAt(at) == '\\');
            }
            at = next;
            matched++;
        }
        return matched >= TELLING;
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
        if (text.startsWith("%25", at) && isHex(text, at + 3, 2, wanted)) {
            return at + 5;
        }
        return isHex(text, at + 1, 2, wanted) ? at + 3 : NO_MATCH;
    }

    private static int afterBackslash(String text, int at, char wanted) {
        int end = at;
        while (end < text.length() && end - at < MOST_BACKSLASHES && text.charAt(end) == '\\') {
            end++;
        }
        if (text.startsWith("u", end) && isHex(text, end + 1, 4, wanted)) {
            return end + 5;
        }
        if (wanted == '\\') {
            return end;
        }
        boolean isEscapable = wanted == '/' || wanted == '"' || wanted == '\'';
        return isEscapable && end < text.length() && text.charAt(end) == wanted ? end + 1 : NO_MATCH;
    }

    private static boolean isHex(String text, int from, int digits, char wanted) {
        if (from + digits > text.length()) {
            return false;
        }
        int found = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return false;
            }
            found = 16 * found + digit;
        }
        return found == wanted;
    }
}

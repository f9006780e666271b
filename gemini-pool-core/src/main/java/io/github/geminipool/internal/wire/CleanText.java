package io.github.geminipool.internal.wire;

/** Makes text from outside safe for logs and messages: one line, no control characters, limited length. */
public final class CleanText {

    private static final int MAX_LENGTH = 500;

    private CleanText() {}

    /** Replaces control, format and line-breaking characters by blanks, and truncates the text to 500 characters. */
    public static String of(String text) {
        return isPlain(text) ? text : of(text, MAX_LENGTH);
    }

    /** Fast path: most texts are plain, such as the model name of each call. */
    private static boolean isPlain(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** Does the same with another maximum length. */
    static String of(String text, int limit) {
        int end = endWithin(text, limit);
        StringBuilder clean = new StringBuilder(end + 1);
        for (int i = 0; i < end; i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            clean.appendCodePoint(isHarmless(c) ? c : ' ');
        }
        return end < text.length() ? clean.append('…').toString() : clean.toString();
    }

    /** Returns where to truncate a text so that no surrogate pair is split. */
    private static int endWithin(String text, int limit) {
        if (text.length() <= limit) {
            return text.length();
        }
        return limit > 0 && Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}

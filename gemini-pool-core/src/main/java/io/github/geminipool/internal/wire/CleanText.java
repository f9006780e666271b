package io.github.geminipool.internal.wire;

/** Text from outside, made fit for logs and messages: one line, no control characters, not endless. */
public final class CleanText {

    private static final int LIMIT = 500;

    private CleanText() {}

    /** The text without control, format and line-breaking characters, and at most 500 characters of it. */
    public static String of(String text) {
        return isPlain(text) ? text : of(text, LIMIT);
    }

    /** Most are: names of models, above all, of which each call has one. */
    private static boolean isPlain(String text) {
        if (text.length() > LIMIT) {
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

    /** The same with another limit. */
    static String of(String text, int limit) {
        int end = endWithin(text, limit);
        StringBuilder clean = new StringBuilder(end + 1);
        for (int i = 0; i < end; i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            clean.appendCodePoint(isHarmless(c) ? c : ' ');
        }
        return end < text.length() ? clean.append('…').toString() : clean.toString();
    }

    /** Where a text is cut so that no character is cut in two. */
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

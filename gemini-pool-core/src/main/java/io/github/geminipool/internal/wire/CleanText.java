package io.github.geminipool.internal.wire;

/** Text from outside, made fit for logs and messages: one line, no control characters, not endless. */
public final class CleanText {

    private static final int LIMIT = 500;

    private CleanText() {}

    /** The text without control, format and line-breaking characters, and at most 500 characters of it. */
    public static String of(String text) {
        return isPlain(text) ? text : cleaned(text);
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

    private static String cleaned(String text) {
        int end = Math.min(text.length(), LIMIT);
        StringBuilder clean = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            clean.append(isHarmless(c) ? c : ' ');
        }
        return text.length() > LIMIT ? clean.append('…').toString() : clean.toString();
    }

    private static boolean isHarmless(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}

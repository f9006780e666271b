package io.github.geminipool.key;

import org.jspecify.annotations.Nullable;

/**
 * A part of a text that may be base64: standard or URL-safe, with or without padding, and as it is written in JSON and URLs, or in
 * lines.
 */
final class Base64Run {

    /** Minimum number of characters; fewer hold no secret worth hiding. */
    static final int MIN_LENGTH = 11;

    private static final byte SKIPPED = -2;
    private static final byte OTHER = -1;

    private final int from;
    private final int to;
    private final byte[] sextets;

    /** Keeps the values of its characters, not the text. */
    private Base64Run(int from, int to, byte[] sextets) {
        this.from = from;
        this.to = to;
        this.sextets = sextets;
    }

    /** Returns its start in the text. */
    int from() {
        return from;
    }

    /** Returns the position after it, padding included. */
    int to() {
        return to;
    }

    /** Returns the next run of at least {@link #MIN_LENGTH} characters; null if there is none. */
    static @Nullable Base64Run next(String text, int from) {
        int start = from;
        while (start < text.length()) {
            if (valueAt(text, start) < 0) {
                start++;
                continue;
            }
            int count = 0;
            int end = start;
            for (int at = start; at < text.length() && valueAt(text, at) != OTHER; at += widthAt(text, at)) {
                if (valueAt(text, at) >= 0) {
                    count++;
                    end = at + widthAt(text, at);
                }
            }
            if (count >= MIN_LENGTH) {
                return new Base64Run(start, afterPadding(text, end), sextets(text, start, end, count));
            }
            start = end;
        }
        return null;
    }

    private static byte[] sextets(String text, int start, int end, int count) {
        byte[] sextets = new byte[count];
        int i = 0;
        for (int at = start; at < end; at += widthAt(text, at)) {
            byte value = valueAt(text, at);
            if (value >= 0) {
                sextets[i++] = value;
            }
        }
        return sextets;
    }

    /** Returns the value of the character at a position, {@link #SKIPPED} for a line break, or {@link #OTHER}. */
    private static byte valueAt(String text, int at) {
        char c = text.charAt(at);
        return switch (c) {
            case '\n', '\r' -> SKIPPED;
            case '%' -> valueOfPercent(text, at);
            case '\\' -> {
                char escaped = charAt(text, at + widthAt(text, at) - 1);
                yield escaped == '/' ? value('/') : escaped == 'n' || escaped == 'r' ? SKIPPED : OTHER;
            }
            default -> value(c);
        };
    }

    private static byte valueOfPercent(String text, int at) {
        if (text.regionMatches(true, at, "%2B", 0, 3)) {
            return value('+');
        }
        return text.regionMatches(true, at, "%2F", 0, 3) ? value('/') : OTHER;
    }

    private static byte value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return (byte) (c - 'A');
        }
        if (c >= 'a' && c <= 'z') {
            return (byte) (c - 'a' + 26);
        }
        if (c >= '0' && c <= '9') {
            return (byte) (c - '0' + 52);
        }
        return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : OTHER;
    }

    private static int widthAt(String text, int at) {
        char c = text.charAt(at);
        if (c == '%') {
            return 3;
        }
        int width = 1;
        while (c == '\\' && width < 8 && charAt(text, at + width - 1) == '\\') {
            width++;
        }
        return width;
    }

    private static char charAt(String text, int at) {
        return at < text.length() ? text.charAt(at) : ' ';
    }

    private static int afterPadding(String text, int end) {
        int at = end;
        while (at < text.length() && (text.charAt(at) == '=' || text.regionMatches(true, at, "%3D", 0, 3))) {
            at += text.charAt(at) == '=' ? 1 : 3;
        }
        return at;
    }

    /**
     * Returns what it stands for, as ISO 8859-1.
     *
     * @param phase the number of its characters before a group of four, 0 to 3: characters before it may belong to other words
     */
    String decoded(int phase) {
        StringBuilder decoded = new StringBuilder(sextets.length * 3 / 4 + 1);
        int bits = 0;
        int count = 0;
        for (int i = phase; i < sextets.length; i++) {
            bits = ((bits << 6) | sextets[i]) & 0xFFFF;
            count += 6;
            if (count >= 8) {
                count -= 8;
                decoded.append((char) ((bits >> count) & 0xFF));
            }
        }
        return decoded.toString();
    }
}

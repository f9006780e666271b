package io.github.geminipool.internal.answer;

import java.io.IOException;
import okio.BufferedSource;
import okio.ByteString;

/** Looks at the next bytes of a source without consuming them; requests no byte more than necessary. */
final class Lookahead {

    static final long NO_MATCH = -1;

    /** What may stand between the parts of a JSON text. */
    static final String WHITE_SPACE = " \t\r\n";

    private static final ByteString MARK = ByteString.encodeUtf8("\ufeff");

    /** Maximum number of blanks skipped. */
    private static final int MAX_BLANKS = 64;

    private Lookahead() {}

    /** Returns the position after an ASCII text if it is at a position; else {@link #NO_MATCH}. */
    static long after(BufferedSource in, String text, long at) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (!in.request(at + i + 1) || in.getBuffer().getByte(at + i) != text.charAt(i)) {
                return NO_MATCH;
            }
        }
        return at + text.length();
    }

    /** Returns the position after the byte order mark with which a source begins; 0 without one. */
    static long afterMark(BufferedSource in) throws IOException {
        return in.rangeEquals(0, MARK) ? MARK.size() : 0;
    }

    /** Returns the position of the first byte that is not one of the given characters, at most 64 bytes ahead. */
    static long afterAny(BufferedSource in, String characters, long from) throws IOException {
        long at = from;
        while (at < from + MAX_BLANKS
                && in.request(at + 1)
                && characters.indexOf((char) in.getBuffer().getByte(at)) >= 0) {
            at++;
        }
        return at;
    }
}

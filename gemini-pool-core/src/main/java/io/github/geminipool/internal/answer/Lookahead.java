package io.github.geminipool.internal.answer;

import java.io.IOException;
import okio.BufferedSource;

/** Looks at what comes next in a source without taking it; asks for no byte more than that needs. */
record Lookahead(BufferedSource in) {

    static final long NO_MATCH = -1;

    /** More white space than anybody writes. */
    private static final int MOST_BLANKS = 64;

    /** Where a text ends if it stands at a place, else -1. */
    long after(String text, long at) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (!in.request(at + i + 1) || in.getBuffer().getByte(at + i) != text.charAt(i)) {
                return NO_MATCH;
            }
        }
        return at + text.length();
    }

    /** Where the next character other than some stands. */
    long afterAny(String characters, long from) throws IOException {
        long at = from;
        while (at < from + MOST_BLANKS
                && in.request(at + 1)
                && characters.indexOf((char) in.getBuffer().getByte(at)) >= 0) {
            at++;
        }
        return at;
    }
}

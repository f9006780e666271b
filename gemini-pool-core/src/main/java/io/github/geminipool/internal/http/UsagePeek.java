package io.github.geminipool.internal.http;

import java.io.IOException;
import okio.Buffer;
import okio.ByteString;

/**
 * Reads the tokens of a prompt out of an answer that passes, without parsing it. Quotes within a text are escaped, so that
 * what is said there is not taken for the answer's own.
 */
final class UsagePeek {

    private static final ByteString NAME = ByteString.encodeUtf8("\"promptTokenCount\"");

    /** So many fit into a long, whatever they are. */
    private static final int MOST_DIGITS = 18;

    private enum State {
        BEFORE_NAME,
        BEFORE_COLON,
        BEFORE_NUMBER,
        IN_NUMBER
    }

    private State state = State.BEFORE_NAME;

    /** How much of the name has passed. Its only other quote is its last byte: what breaks off is no other's beginning. */
    private int matched;

    /** The last byte that passed. */
    private byte last;

    private long number;
    private int digits;
    private volatile long promptTokens = -1;

    /** The number that passed last, -1 if none has. */
    long promptTokens() {
        return promptTokens;
    }

    /**
     * Bytes have passed to the reader.
     *
     * @param sink what they are in; not looked at later
     * @param count how many of its last bytes they are
     */
    void passed(Buffer sink, long count) throws IOException {
        if (count <= 0) {
            return;
        }
        long end = sink.size();
        long begin = end - count;
        long at = matched > 0 ? restOfName(sink, begin, end) : begin;
        while (at < end) {
            at = state == State.BEFORE_NAME ? findName(sink, begin, at, end) : read(sink, at);
        }
        last = sink.getByte(end - 1);
    }

    /** The name has begun in what passed earlier. */
    private long restOfName(Buffer sink, long at, long end) {
        int count = (int) Math.min(NAME.size() - matched, end - at);
        if (!sink.rangeEquals(at, NAME, matched, count)) {
            matched = 0;
            return at;
        }
        return matched(matched + count, at + count);
    }

    private long findName(Buffer sink, long begin, long from, long end) throws IOException {
        long at = sink.indexOf(NAME, from);
        if (at >= 0) {
            return matched(isEscaped(sink, begin, at) ? 0 : NAME.size(), at + NAME.size());
        }
        for (at = quote(sink, Math.max(from, end - NAME.size() + 1)); at >= 0; at = quote(sink, at + 1)) {
            int count = (int) (end - at);
            if (sink.rangeEquals(at, NAME, 0, count) && !isEscaped(sink, begin, at)) {
                return matched(count, end);
            }
        }
        return end;
    }

    private static long quote(Buffer sink, long from) {
        return sink.indexOf((byte) '"', from);
    }

    private boolean isEscaped(Buffer sink, long begin, long at) {
        return (at == begin ? last : sink.getByte(at - 1)) == '\\';
    }

    /** So much of the name has passed, up to a place. */
    private long matched(int count, long at) {
        boolean whole = count == NAME.size();
        matched = whole ? 0 : count;
        if (whole) {
            state = State.BEFORE_COLON;
        }
        return at;
    }

    /** Takes a byte that follows the name; what can't follow it may begin the next one. */
    private long read(Buffer sink, long at) {
        byte b = sink.getByte(at);
        boolean isBlank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
        if (b >= '0' && b <= '9' && (state == State.BEFORE_NUMBER || state == State.IN_NUMBER)) {
            digit(b - '0');
        } else if (state == State.BEFORE_COLON && b == ':') {
            state = State.BEFORE_NUMBER;
        } else if (state == State.IN_NUMBER) {
            endNumber(isBlank || b == ',' || b == '}');
            return at;
        } else if (!isBlank) {
            state = State.BEFORE_NAME;
            return at;
        }
        return at + 1;
    }

    private void digit(int digit) {
        if (state == State.BEFORE_NUMBER) {
            state = State.IN_NUMBER;
            number = 0;
            digits = 0;
        }
        if (digits++ < MOST_DIGITS) {
            number = number * 10 + digit;
        }
    }

    private void endNumber(boolean isWhole) {
        state = State.BEFORE_NAME;
        if (isWhole && digits <= MOST_DIGITS) {
            promptTokens = number;
        }
    }
}

package io.github.geminipool.internal.answer;

import java.io.IOException;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Finds lines of a stream whose JSON object has a field {@code error}, wherever in the object. Each byte is searched
 * once. It is held back until the end of its line at most, and readers of events wait for that anyway.
 */
final class ErrorField {

    private static final ByteString NAME = ByteString.encodeUtf8("\"error\"");

    private final BufferedSource in;

    /** Number of bytes that have arrived. */
    private long arrived;

    /** All names that begin before this position in the stream have been examined. */
    private long searched;

    ErrorField(Source upstream) {
        this.in = Okio.buffer(new ForwardingSource(upstream) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                long count = super.read(sink, byteCount);
                arrived += Math.max(0, count);
                return count;
            }
        });
    }

    /** Returns the stream, in which the next line begins. */
    BufferedSource stream() {
        return in;
    }

    /** Returns whether the next line, whose JSON begins at a position, is an object with a field {@code error}, or an array of such. */
    boolean isInLine(long from) throws IOException {
        long newline = endOfLine();
        Buffer available = in.getBuffer();
        long front = arrived - available.size();
        long start = Math.max(from, searched - front);
        long name = start < available.size() ? available.indexOf(NAME, start) : -1;
        searched = name < 0 ? front + Math.max(from, available.size() - NAME.size() + 1) : front + name;
        return name >= 0 && name < newline && isTopLevel(available, from, newline);
    }

    /**
     * Returns the end of the line, or the point at which the search gives up on a line that is longer than any error.
     */
    private long endOfLine() throws IOException {
        try {
            long newline = in.indexOf((byte) '\n', 0, ErrorBody.LIMIT);
            return newline < 0 ? Math.min(in.getBuffer().size(), ErrorBody.LIMIT) : newline;
        } catch (IOException e) {
            // Its reader gets the exception when it gets there.
            return in.getBuffer().size();
        }
    }

    private static boolean isTopLevel(Buffer line, long from, long to) {
        long first = afterBlanks(line, from, to);
        int outermost = first < to && line.getByte(first) == '[' ? 2 : 1;
        int depth = 0;
        boolean inString = false;
        for (long at = from; at < to; at++) {
            byte b = line.getByte(at);
            if (inString) {
                if (b == '\\') {
                    at++;
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b == '"') {
                if (depth == outermost && line.rangeEquals(at, NAME) && isNameOfValue(line, at + NAME.size(), to)) {
                    return true;
                }
                inString = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            }
        }
        return false;
    }

    /** Returns whether a colon follows, and then anything but null. */
    private static boolean isNameOfValue(Buffer line, long from, long to) {
        long colon = afterBlanks(line, from, to);
        long value = colon < to && line.getByte(colon) == ':' ? afterBlanks(line, colon + 1, to) : to;
        return value < to && line.getByte(value) != 'n';
    }

    private static long afterBlanks(Buffer line, long from, long to) {
        long at = from;
        while (at < to && (line.getByte(at) == ' ' || line.getByte(at) == '\t')) {
            at++;
        }
        return at;
    }
}

package io.github.geminipool.internal.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the end of JSON strings. Every response passes through a scan, so skipping unwanted strings must cost little: eight
 * bytes are searched at a time.
 *
 * @see <a href="https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord">Determine if a word has a zero byte</a>
 */
final class StringSearch {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EVERY_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * EVERY_BYTE;
    private static final long BACKSLASHES = '\\' * EVERY_BYTE;

    private StringSearch() {}

    /** Returns the position of the next quote or backslash; the end if there is none. */
    static int endOfRun(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES) {
            long next = (long) LONGS.get(bytes, at);
            long found = (zeros(next ^ QUOTES) | zeros(next ^ BACKSLASHES)) & HIGH_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /** Returns the position of the next quote, escaped or not; the end if there is none. */
    static int indexOfQuote(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES) {
            long found = zeros((long) LONGS.get(bytes, at) ^ QUOTES) & HIGH_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < end && bytes[at] != '"') {
            at++;
        }
        return at;
    }

    /** Returns whether an odd number of backslashes precedes a position. */
    static boolean isEscaped(byte[] bytes, int from, int at) {
        int first = at;
        while (first > from && bytes[first - 1] == '\\') {
            first--;
        }
        return (at - first) % 2 != 0;
    }

    /** Returns a word with the high bit of its lowest zero byte set, and none below. */
    private static long zeros(long word) {
        return (word - EVERY_BYTE) & ~word;
    }
}

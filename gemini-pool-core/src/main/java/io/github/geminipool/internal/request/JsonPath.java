package io.github.geminipool.internal.request;

import org.jspecify.annotations.Nullable;

/**
 * The names around a position in JSON, down to a depth of 8, in one number: a byte for each depth, 0 within an array. The path
 * of the beginning is 0.
 */
final class JsonPath {

    private static final int BITS = Byte.SIZE;
    private static final int MAX_DEPTH = Long.SIZE / BITS;

    /** A name that is none of the fields. */
    private static final long OTHER = 0xff;

    private JsonPath() {}

    @SuppressWarnings("EnumOrdinal") // Compared within this process only.
    private static long code(@Nullable BodyField field) {
        return field == null ? OTHER : field.ordinal() + 1L;
    }

    /** Returns a path after a name of a depth. */
    static long name(long path, int depth, @Nullable BodyField field) {
        if (depth <= 0 || depth > MAX_DEPTH) {
            return path;
        }
        int shift = (depth - 1) * BITS;
        return (path & ~(0xffL << shift)) | (code(field) << shift);
    }

    /** Returns a path after the end of an object or array of a depth. */
    static long ends(long path, int depth) {
        return depth <= 0 || depth > MAX_DEPTH ? path : path & ((1L << ((depth - 1) * BITS)) - 1);
    }

    /** Returns whether a path begins with another one of a depth. */
    static boolean startsWith(long path, long other, int depth) {
        return ((path ^ other) & (depth >= MAX_DEPTH ? -1 : (1L << (depth * BITS)) - 1)) == 0;
    }

    /** Returns the path of some fields from the outermost one; null stands for an array. */
    static long of(@Nullable BodyField... fields) {
        long path = 0;
        for (int i = 0; i < fields.length; i++) {
            BodyField field = fields[i];
            path |= field == null ? 0 : code(field) << (i * BITS);
        }
        return path;
    }
}

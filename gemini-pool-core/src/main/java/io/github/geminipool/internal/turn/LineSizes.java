package io.github.geminipool.internal.turn;

/** The sizes of the lines that take turns, grouped by powers of two. Not thread-safe. */
final class LineSizes {

    private final int[] lines = new int[Long.SIZE];
    private final long[] sums = new long[Long.SIZE];

    /**
     * Adds a line, or removes one.
     *
     * @param sign 1 or -1
     */
    void add(long size, int sign) {
        int power = power(size);
        lines[power] += sign;
        sums[power] += sign * size;
    }

    /** Estimates how much is served until each line has got the given amount, or all that it has if that is less. */
    long servedUntil(long each) {
        long served = 0;
        for (int power = 0; power <= power(each); power++) {
            served += Math.min(sums[power], lines[power] * each);
        }
        for (int power = power(each) + 1; power < lines.length; power++) {
            served += lines[power] * each;
        }
        return served;
    }

    private static int power(long size) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, size));
    }
}

package io.github.geminipool.internal.turn;

/** How much waits in the lines that take turns, each of them to the power of two below it. Not thread-safe. */
final class LineSizes {

    private final int[] lines = new int[Long.SIZE];
    private final long[] sums = new long[Long.SIZE];

    /**
     * Counts a line, or no longer.
     *
     * @param sign 1 or -1
     */
    void add(long size, int sign) {
        int power = power(size);
        lines[power] += sign;
        sums[power] += sign * size;
    }

    /** Returns what is served until each line has had as much as is given, or all that it has; hardly ever more than that. */
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

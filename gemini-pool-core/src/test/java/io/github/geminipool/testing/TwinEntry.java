package io.github.geminipool.testing;

/** What was sent, or may be, from {@code at - span} to {@code at}. No two entries of books have one time. */
record TwinEntry(long at, long requests, long tokens, long span) implements Comparable<TwinEntry> {

    /** Stands for a time when looking for entries. */
    static TwinEntry probe(long at) {
        return new TwinEntry(at, 0, 0, 0);
    }

    @Override
    public int compareTo(TwinEntry other) {
        return Long.compare(at, other.at);
    }
}

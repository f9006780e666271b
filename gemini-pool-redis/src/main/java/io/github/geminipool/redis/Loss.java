package io.github.geminipool.redis;

import io.github.geminipool.shared.QuotaBucket;

/**
 * The books of a bucket were lost.
 *
 * @param epoch that of the new ones
 */
record Loss(QuotaBucket bucket, long epoch) {

    /** Returns what the channel is told of it. */
    String message() {
        return String.join(
                "\n", "lost", String.valueOf(epoch), Names.escape(bucket.project()), Names.escape(bucket.model()));
    }

    /** Reads the lines of a message. */
    static Loss of(String[] fields) {
        return new Loss(
                new QuotaBucket(Names.unescape(fields[2]), Names.unescape(fields[3])), Long.parseLong(fields[1]));
    }
}

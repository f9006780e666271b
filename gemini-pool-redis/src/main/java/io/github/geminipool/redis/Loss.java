package io.github.geminipool.redis;

import io.github.geminipool.shared.QuotaBucket;

/**
 * The loss of the books of a bucket.
 *
 * @param epoch the epoch of the new books
 */
record Loss(QuotaBucket bucket, long epoch) {

    /** Returns the message that announces the loss on the channel. */
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

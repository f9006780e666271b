package io.github.geminipool.wire.chaos;

import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records when Gemini or the network was in trouble: a call may fail for it, because another key would fail too. */
final class Troubles {

    /** A failure that another key does not cure. */
    enum Trouble {
        /** Gemini is overloaded or fails. */
        OVERLOAD,
        /** Responses do not arrive, or not completely. */
        NETWORK,
        /** Gemini refuses this machine. */
        EGRESS
    }

    /** Troubles that ended longer ago are forgotten. */
    private static final long MEMORY_NANOS = 300_000_000_000L;

    private final long origin = System.nanoTime();
    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    /** The period of one trouble. */
    final class Span {

        private final Trouble trouble;
        private final long since = now();
        private volatile long until = Long.MAX_VALUE;

        private Span(Trouble trouble) {
            this.trouble = trouble;
        }

        void end() {
            until = now();
        }
    }

    /** Returns the current time, in nanoseconds since the test began. */
    long now() {
        return System.nanoTime() - origin;
    }

    Span begin(Trouble trouble) {
        spans.removeIf(span -> span.until < now() - MEMORY_NANOS);
        Span span = new Span(trouble);
        spans.add(span);
        return span;
    }

    /** Returns the troubles that were active at any moment between two times. */
    Set<Trouble> between(long from, long to) {
        Set<Trouble> found = EnumSet.noneOf(Trouble.class);
        spans.forEach(span -> {
            if (span.since <= to && span.until >= from) {
                found.add(span.trouble);
            }
        });
        return found;
    }
}

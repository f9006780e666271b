package io.github.geminipool.wire.chaos;

import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** When Gemini, or the way there, was in trouble: what a call may fail for, since no key would have helped it. */
final class Troubles {

    /** What no other key cures. */
    enum Trouble {
        /** Gemini is overloaded or fails. */
        OVERLOAD,
        /** No whole answer comes. */
        NETWORK,
        /** Gemini refuses this machine. */
        EGRESS
    }

    /** What is over for longer has nothing to do with any call. */
    private static final long MEMORY_NANOS = 300_000_000_000L;

    private final long origin = System.nanoTime();
    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    /** One trouble from its beginning to its end. */
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

    /** The time by which troubles are told. */
    long now() {
        return System.nanoTime() - origin;
    }

    Span begin(Trouble trouble) {
        spans.removeIf(span -> span.until < now() - MEMORY_NANOS);
        Span span = new Span(trouble);
        spans.add(span);
        return span;
    }

    /** What was the trouble at any moment between two times. */
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

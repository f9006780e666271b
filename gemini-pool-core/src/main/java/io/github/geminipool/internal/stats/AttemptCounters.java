package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.FailureKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of attempts, for whatever they are grouped by. Thread-safe. */
final class AttemptCounters {

    private static final FailureKind[] KINDS = FailureKind.values();

    private final LongAdder attempts = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder[] failures = new LongAdder[KINDS.length];

    AttemptCounters() {
        for (int i = 0; i < failures.length; i++) {
            failures[i] = new LongAdder();
        }
    }

    void add(AttemptEnded event) {
        attempts.increment();
        nanos.add(event.elapsed().toNanos());
        if (event.failure() != null) {
            failures[event.failure().kind().ordinal()].increment();
        }
    }

    long attempts() {
        return attempts.sum();
    }

    Duration meanTime() {
        long count = attempts.sum();
        return count == 0 ? Duration.ZERO : Duration.ofNanos(nanos.sum() / count);
    }

    Map<FailureKind, Long> failures() {
        Map<FailureKind, Long> counted = new EnumMap<>(FailureKind.class);
        for (FailureKind kind : KINDS) {
            long count = failures[kind.ordinal()].sum();
            if (count > 0) {
                counted.put(kind, count);
            }
        }
        return counted;
    }
}

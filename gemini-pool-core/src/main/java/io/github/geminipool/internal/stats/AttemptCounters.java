package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.FailureKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of attempts, for whatever they are grouped by. Thread-safe. */
final class AttemptCounters {

    private final LongAdder attempts = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    /** Filled once, so that reading it needs no lock. */
    private final Map<FailureKind, LongAdder> failures = new EnumMap<>(FailureKind.class);

    AttemptCounters() {
        for (FailureKind kind : FailureKind.values()) {
            failures.put(kind, new LongAdder());
        }
    }

    void add(AttemptEnded event) {
        attempts.increment();
        nanos.add(event.elapsed().toNanos());
        if (event.failure() != null) {
            failures.computeIfPresent(event.failure().kind(), (kind, counter) -> {
                counter.increment();
                return counter;
            });
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
        failures.forEach((kind, counter) -> {
            long count = counter.sum();
            if (count > 0) {
                counted.put(kind, count);
            }
        });
        return counted;
    }
}

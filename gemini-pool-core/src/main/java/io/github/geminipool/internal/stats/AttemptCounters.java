package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the attempts by one key or instance. Thread-safe. */
final class AttemptCounters {

    private final LongAdder attempts = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** Kinds that have occurred only: there may be very many keys, and few of them fail in every way. */
    private final ConcurrentMap<FailureKind, LongAdder> failures = new ConcurrentHashMap<>(1);

    void add(AttemptEnded event) {
        attempts.increment();
        nanos.add(event.elapsed().toNanos());
        Failure failure = event.failure();
        if (failure != null) {
            failures.computeIfAbsent(failure.kind(), kind -> new LongAdder()).increment();
        }
    }

    void addTo(AttemptTotals totals) {
        totals.add(attempts.sum(), nanos.sum());
        failures.forEach((kind, count) -> totals.add(kind, count.sum()));
    }

    long attempts() {
        return attempts.sum();
    }
}

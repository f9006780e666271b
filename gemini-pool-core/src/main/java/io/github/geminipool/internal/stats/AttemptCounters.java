package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.EmptyAnswer;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the attempts by one key or instance. Thread-safe. */
final class AttemptCounters {

    // Fields instead of objects: of many keys, one is seldom in the processor's cache, and each object is a miss.
    private static final AtomicLongFieldUpdater<AttemptCounters> ATTEMPTS =
            AtomicLongFieldUpdater.newUpdater(AttemptCounters.class, "attempts");
    private static final AtomicLongFieldUpdater<AttemptCounters> NANOS =
            AtomicLongFieldUpdater.newUpdater(AttemptCounters.class, "nanos");

    private volatile long attempts;
    private volatile long nanos;

    /** Kinds that have occurred only: few keys fail in every way. */
    private final ConcurrentMap<FailureKind, LongAdder> failures = new ConcurrentHashMap<>(1);

    private final ConcurrentMap<EmptyAnswer, LongAdder> emptyAnswers = new ConcurrentHashMap<>(1);

    void add(AttemptEnded event) {
        ATTEMPTS.getAndIncrement(this);
        NANOS.getAndAdd(this, event.elapsed().toNanos());
        Failure failure = event.failure();
        if (failure != null) {
            failures.computeIfAbsent(failure.kind(), kind -> new LongAdder()).increment();
        }
        EmptyAnswer empty = event.empty();
        if (empty != null) {
            emptyAnswers.computeIfAbsent(empty, kind -> new LongAdder()).increment();
        }
    }

    void addTo(AttemptTotals totals) {
        totals.add(attempts, nanos);
        failures.forEach((kind, count) -> totals.add(kind, count.sum()));
        emptyAnswers.forEach((kind, count) -> totals.add(kind, count.sum()));
    }

    long attempts() {
        return attempts;
    }
}

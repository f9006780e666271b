package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.LongAdder;

/** Counts the attempts of one key or one instance. Thread-safe. */
final class AttemptCounters {

    // Fields instead of counter objects: with many keys each object would be another cache miss.
    private static final AtomicLongFieldUpdater<AttemptCounters> ATTEMPTS = counter("attempts");
    private static final AtomicLongFieldUpdater<AttemptCounters> INPUT = counter("input");
    private static final AtomicLongFieldUpdater<AttemptCounters> CACHED = counter("cached");
    private static final AtomicLongFieldUpdater<AttemptCounters> OUTPUT = counter("output");
    private static final AtomicLongFieldUpdater<AttemptCounters> THOUGHTS = counter("thoughts");

    private volatile long attempts;
    private volatile long input;
    private volatile long cached;
    private volatile long output;
    private volatile long thoughts;
    private final LatencyHistogram latency = new LatencyHistogram();

    /** Holds the kinds that occurred: few keys fail in every way. */
    private final ConcurrentMap<FailureKind, LongAdder> failures = new ConcurrentHashMap<>(1);

    private final ConcurrentMap<EmptyResponse, LongAdder> emptyResponses = new ConcurrentHashMap<>(1);

    private static AtomicLongFieldUpdater<AttemptCounters> counter(String field) {
        return AtomicLongFieldUpdater.newUpdater(AttemptCounters.class, field);
    }

    void add(AttemptEnded event, long nanos) {
        ATTEMPTS.getAndIncrement(this);
        latency.add(nanos);
        Failure failure = event.failure();
        if (failure != null) {
            failures.computeIfAbsent(failure.kind(), kind -> new LongAdder()).increment();
        }
        EmptyResponse empty = event.empty();
        if (empty != null) {
            emptyResponses.computeIfAbsent(empty, kind -> new LongAdder()).increment();
        }
        ResponseFacts response = event.response();
        if (response != null && response.tokens() != null) {
            add(response.tokens());
        }
    }

    private void add(TokenUsage tokens) {
        INPUT.getAndAdd(this, tokens.input());
        OUTPUT.getAndAdd(this, tokens.output());
        if (tokens.cachedInput() != 0) {
            CACHED.getAndAdd(this, tokens.cachedInput());
        }
        if (tokens.thoughts() != 0) {
            THOUGHTS.getAndAdd(this, tokens.thoughts());
        }
    }

    void addTo(AttemptTotals totals) {
        totals.add(attempts, latency);
        totals.addTokens(input, cached, output, thoughts);
        failures.forEach((kind, count) -> totals.add(kind, count.sum()));
        emptyResponses.forEach((kind, count) -> totals.add(kind, count.sum()));
    }

    long attempts() {
        return attempts;
    }
}

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
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the attempts of one key or one instance. Thread-safe. */
final class AttemptCounters {

    // Fields instead of counter objects: with many keys each object would be another cache miss.
    private static final AtomicLongFieldUpdater<AttemptCounters> INPUT = counter("input");
    private static final AtomicLongFieldUpdater<AttemptCounters> CACHED = counter("cached");
    private static final AtomicLongFieldUpdater<AttemptCounters> OUTPUT = counter("output");
    private static final AtomicLongFieldUpdater<AttemptCounters> THOUGHTS = counter("thoughts");

    private static final AtomicReferenceFieldUpdater<AttemptCounters, @Nullable TierCounters> TIERS =
            AtomicReferenceFieldUpdater.newUpdater(AttemptCounters.class, TierCounters.class, "serviceTiers");

    private volatile long input;
    private volatile long cached;
    private volatile long output;
    private volatile long thoughts;
    private final LatencyHistogram latency = new LatencyHistogram();

    /** Holds only the kinds that occurred, since few keys fail in every way. */
    private final ConcurrentMap<FailureKind, LongAdder> failures = new ConcurrentHashMap<>(1);

    private final ConcurrentMap<EmptyResponse, LongAdder> emptyResponses = new ConcurrentHashMap<>(1);

    /** Null until a response names its service tier. */
    private volatile @Nullable TierCounters serviceTiers;

    private static AtomicLongFieldUpdater<AttemptCounters> counter(String field) {
        return AtomicLongFieldUpdater.newUpdater(AttemptCounters.class, field);
    }

    void add(AttemptEnded event, long nanos) {
        // The buckets of the histogram count the attempts.
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
        if (response != null && response.serviceTier() != null) {
            tiers().add(response.serviceTier());
        }
    }

    private TierCounters tiers() {
        TierCounters present = serviceTiers;
        if (present != null) {
            return present;
        }
        TierCounters made = new TierCounters();
        return TIERS.compareAndSet(this, null, made) ? made : tiers();
    }

    void addTokens(TokenUsage tokens) {
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
        totals.add(latency);
        addTokensTo(totals);
        failures.forEach((kind, count) -> totals.add(kind, count.sum()));
        emptyResponses.forEach((kind, count) -> totals.add(kind, count.sum()));
        TierCounters tiers = serviceTiers;
        if (tiers != null) {
            tiers.addTo(totals);
        }
    }

    void addTokensTo(AttemptTotals totals) {
        totals.addTokens(input, cached, output, thoughts);
    }

    long attempts() {
        return latency.count();
    }
}

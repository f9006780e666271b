package io.github.geminipool.internal.stats;

import io.github.geminipool.event.EmptyAnswer;
import io.github.geminipool.failure.FailureKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The sum of what several keys or instances counted. */
final class AttemptTotals {

    private final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
    private final Map<EmptyAnswer, Long> emptyAnswers = new EnumMap<>(EmptyAnswer.class);
    private long attempts;
    private long nanos;

    void add(long moreAttempts, long moreNanos) {
        attempts += moreAttempts;
        nanos += moreNanos;
    }

    void add(FailureKind kind, long count) {
        failures.merge(kind, count, Long::sum);
    }

    void add(EmptyAnswer kind, long count) {
        emptyAnswers.merge(kind, count, Long::sum);
    }

    Collector.Counted counted() {
        return new Collector.Counted(
                attempts, failures, emptyAnswers, attempts == 0 ? Duration.ZERO : Duration.ofNanos(nanos / attempts));
    }
}

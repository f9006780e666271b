package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.stats.PoolHistory;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a pool did in the last hour, or since it was created or its statistics were reset: one number for each completed step, the
 * latest last.
 *
 * @param now when it was read, as an ISO 8601 instant of the pool's clock
 * @param begin when the first step began, as an ISO 8601 instant
 * @param seconds the length of each step
 * @param calls numbers of ended calls, failed ones included
 * @param failedCalls numbers of calls that ended without a response
 * @param attempts numbers of ended attempts
 * @param totalMillis total durations of these attempts
 */
public record HistoryDescriptor(
        String now,
        String begin,
        long seconds,
        List<Long> calls,
        List<Long> failedCalls,
        List<Long> attempts,
        List<Long> totalMillis) {

    static HistoryDescriptor of(PoolHistory history) {
        return new HistoryDescriptor(
                history.now().toString(),
                history.begin().toString(),
                history.step().toSeconds(),
                each(history, PoolHistory.Step::calls),
                each(history, PoolHistory.Step::failedCalls),
                each(history, PoolHistory.Step::attempts),
                each(history, step -> step.time().toMillis()));
    }

    private static List<Long> each(PoolHistory history, ToLongFunction<PoolHistory.Step> number) {
        return history.steps().stream().mapToLong(number).boxed().toList();
    }
}

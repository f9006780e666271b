package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.CallerStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Counts the calls of callers. Only configured callers have tags of their own, so that users' names create no meters. */
final class CallerMeters {

    private CallerMeters() {}

    static void bindTo(MeterRegistry registry, GeminiPool pool, Tags common) {
        pool.stats().callers().stream()
                .filter(CallerStats::listed)
                .map(CallerStats::caller)
                .filter(name -> !name.equals(CallerStats.OTHERS))
                .forEach(name -> count(registry, pool, name, common));
        count(registry, pool, CallerStats.OTHERS, common);
    }

    private static void count(MeterRegistry registry, GeminiPool pool, String caller, Tags common) {
        Tags tags = common.and("caller", caller);
        count(registry, pool, caller, tags.and("outcome", "granted"), CallerStats::calls);
        count(registry, pool, caller, tags.and("outcome", "refused"), CallerStats::refused);
    }

    private static void count(
            MeterRegistry registry, GeminiPool pool, String caller, Tags tags, ToDoubleFunction<CallerStats> number) {
        FunctionCounter.builder(
                        PoolMeter.CALLER_CALLS.meterName(),
                        pool,
                        of -> of(of, caller).mapToDouble(number).sum())
                .description(PoolMeter.CALLER_CALLS.description())
                .tags(tags)
                .register(registry);
    }

    private static Stream<CallerStats> of(GeminiPool pool, String caller) {
        boolean isOfOthers = caller.equals(CallerStats.OTHERS);
        return pool.stats().callers().stream()
                .filter(stats -> isOfOthers
                        ? !stats.listed()
                        : stats.listed() && stats.caller().equals(caller));
    }
}

package io.github.geminipool.internal.call;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.TimeInWords;
import io.github.geminipool.internal.wire.CleanText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes what the caller of a refused call gets: an exception for the facade, a response like Gemini's for other clients. */
public final class Refusals {

    /** Maximum number of keys named in a message. */
    private static final int MAX_KEYS_NAMED = 10;

    /** Maximum number of keys looked at for a message. */
    private static final int MAX_KEYS_COUNTED = 10_000;

    private static final Duration MIN_RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY_AFTER = Duration.ofDays(1);
    private final PoolClock clock;

    public Refusals(PoolClock clock) {
        this.clock = clock;
    }

    /**
     * Returns the exception for a call that got no key.
     *
     * @param pools the pools of the models tried, in order
     * @param tried the failures of the call's attempts
     */
    public PoolExhaustedException exception(
            List<ModelPool> pools, KeyFilter filter, Refusal refused, List<Failure> tried, long waitedNanos) {
        Refusal refusal = earliest(pools, filter, refused);
        ModelPool last = pools.get(pools.size() - 1);
        Duration retryAfter = retryAfter(refusal);
        if (refusal.cause() == Refusal.Cause.CALLER_LIMITS) {
            String message = byCaller(last, refusal, retryAfter, waitedNanos) + tried(tried);
            return new PoolExhaustedException(message, last.model(), retryAfter, tried, Map.of());
        }
        Map<String, String> whyNot = new LinkedHashMap<>();
        StringBuilder unusable = new StringBuilder();
        boolean isOutage = false;
        for (ModelPool pool : pools) {
            String forModel = pools.size() == 1 ? "" : "for model '" + CleanText.of(pool.model()) + "'";
            UnusableKeys keys = UnusableKeys.of(pool.exclusions(filter, MAX_KEYS_COUNTED), MAX_KEYS_NAMED, clock);
            isOutage |= keys.isOutage();
            unusable.append(keys.inWords(forModel));
            keys.named()
                    .forEach((key, reason) -> whyNot.merge(
                            key,
                            forModel.isEmpty() ? reason : forModel + ": " + reason,
                            (before, more) -> before + "; " + more));
        }
        String message = "No key could serve " + named(pools) + ": " + why(last, filter, refusal)
                + " (waited " + Duration.ofNanos(waitedNanos).toMillis() + " ms)." + tried(tried) + unusable
                + advice(last, filter, refusal, retryAfter, isOutage);
        return new PoolExhaustedException(message, pools.get(0).model(), retryAfter, tried, whyNot);
    }

    private static String byCaller(ModelPool pool, Refusal refusal, Duration retryAfter, long waitedNanos) {
        String again =
                refusal.retryAtNanos() == PoolClock.NEVER ? "" : "Try again in " + retryAfter.toSeconds() + " s, or ";
        return "The call to model '" + CleanText.of(pool.model()) + "' was not sent: " + refusal.callersLimits()
                + " (waited " + Duration.ofNanos(waitedNanos).toMillis() + " ms). "
                + (again.isEmpty() ? "Change" : again + "change")
                + " the caller's entry in gemini.pool.callers.";
    }

    /** A call with fallback models may be served by the first of them that has a key again. */
    private static Refusal earliest(List<ModelPool> pools, KeyFilter filter, Refusal refusal) {
        if (refusal.cause() != Refusal.Cause.NO_KEY) {
            return refusal;
        }
        long next = PoolClock.NEVER;
        for (ModelPool tried : pools) {
            next = Math.min(next, tried.nextUsable(filter));
        }
        return new Refusal(refusal.cause(), next);
    }

    private static String named(List<ModelPool> pools) {
        List<String> names = pools.stream()
                .map(pool -> "'" + CleanText.of(pool.model()) + "'")
                .toList();
        return "model " + names.get(0)
                + (names.size() == 1 ? "" : " or its fallbacks " + String.join(", ", names.subList(1, names.size())));
    }

    private static String why(ModelPool pool, KeyFilter filter, Refusal refusal) {
        if (refusal.cause() == Refusal.Cause.BUSY) {
            return "all " + pool.state().instances().size() + " instances stayed busy";
        }
        if (refusal.cause() == Refusal.Cause.PACE) {
            return "it gives way to others, and its turn does not come before the timeout";
        }
        if (!pool.hasKeyFor(filter)) {
            return "the pool has no key that the request accepts: it accepts " + CleanText.of(filter.inWords());
        }
        return "no eligible key becomes available before the timeout"
                + (filter.equals(KeyFilter.ANY) ? "" : "; the request accepts " + CleanText.of(filter.inWords()));
    }

    private static String tried(List<Failure> tried) {
        return tried.isEmpty()
                ? ""
                : tried.stream()
                        .map(failure -> failure.kind() + " of " + failure.scope())
                        .collect(Collectors.joining(", ", " Tried: ", "."));
    }

    private String advice(ModelPool pool, KeyFilter filter, Refusal refusal, Duration retryAfter, boolean isOutage) {
        if (refusal.cause() == Refusal.Cause.BUSY) {
            return " Try again, or raise gemini.pool.size or gemini.pool.acquire-timeout.";
        }
        if (!pool.hasKeyFor(filter)) {
            return " Compare the request's names with those of gemini.pool.keys and their projects.";
        }
        String when = refusal.retryAtNanos() == PoolClock.NEVER
                ? TimeInWords.of(retryAfter)
                : TimeInWords.until(clock.now().plus(retryAfter), clock.now());
        return " Try again in " + when
                + (isOutage
                        ? ": the outage concerns all keys."
                        : ", or add keys of other projects to gemini.pool.keys.");
    }

    private Duration retryAfter(Refusal refusal) {
        if (refusal.cause() == Refusal.Cause.BUSY) {
            return MIN_RETRY_AFTER;
        }
        if (refusal.retryAtNanos() == PoolClock.NEVER) {
            return MAX_RETRY_AFTER;
        }
        Duration exact = Duration.ofNanos(refusal.retryAtNanos() - clock.nanos());
        Duration wholeSeconds = Duration.ofSeconds(exact.plusNanos(999_999_999).toSeconds());
        return wholeSeconds.compareTo(MIN_RETRY_AFTER) < 0 ? MIN_RETRY_AFTER : wholeSeconds;
    }

    /** Returns the message for a prompt or a batch that is too large for every eligible project. */
    public static String tooLarge(ModelPool pool, Demand demand, KeyFilter filter) {
        Demand largest = pool.largestLimits(filter);
        if (largest.requests() > 0 && demand.requests() > largest.requests()) {
            return "The batch for model '" + CleanText.of(pool.model()) + "' was not sent: each of its "
                    + demand.requests() + " texts counts as one request, and no eligible project may send more than "
                    + largest.requests()
                    + " at once. Send smaller batches, or raise requests-per-minute or requests-per-day in"
                    + " gemini.pool.limits if the projects' quota is higher.";
        }
        return "The prompt for model '" + CleanText.of(pool.model()) + "' was not sent: it has about " + demand.tokens()
                + " tokens, and no eligible project may send more than " + largest.tokens()
                + " a minute. Shorten the prompt, or raise tokens-per-minute in gemini.pool.limits if the projects'"
                + " quota is higher.";
    }
}

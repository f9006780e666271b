package io.github.geminipool.internal.allowance;

import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.Ledger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Forecasts from the projects' quotas when the last of several waiting requests can be sent.
 *
 * @param keys all keys of the model
 * @param filter accepts those that the requests may use
 * @param requests what all requests count as, the last one included
 * @param tokens the tokens of all requests, the last one included; 0 if tokens are not counted
 * @param now the time of the forecast
 */
record TurnForecast(List<? extends QuotaKey> keys, Predicate<KeyHealth> filter, long requests, long tokens, long now) {

    private static final long MINUTE = 60_000_000_000L;

    /** Maximum time that a forecast looks ahead. */
    private static final long HORIZON = 24 * 60 * MINUTE;

    private static final long PRECISION = 1_000_000_000L;

    /** Far above any quota, and safe to sum. */
    private static final long UNLIMITED = Long.MAX_VALUE / 4;

    /**
     * Returns the earliest time when the last request can be sent, to the second; {@code until} if that is no later.
     */
    long turn(long until) {
        if (canBeSentBy(until)) {
            return until;
        }
        long tooEarly = until;
        long late = now + 2 * Math.max(MINUTE, until - now);
        while (late - now < HORIZON && !canBeSentBy(late)) {
            tooEarly = late;
            late = now + 2 * (late - now);
        }
        while (late - tooEarly > PRECISION) {
            long middle = tooEarly + (late - tooEarly) / 2;
            if (canBeSentBy(middle)) {
                late = middle;
            } else {
                tooEarly = middle;
            }
        }
        return late;
    }

    private boolean canBeSentBy(long time) {
        long count = 0;
        long size = 0;
        Set<Ledger> seen = new HashSet<>();
        for (QuotaKey key : keys) {
            Ledger ledger = key.ledger();
            if (!filter.test(key.health()) || (ledger != null && !seen.add(ledger))) {
                continue;
            }
            if (ledger == null) {
                return true;
            }
            count = sum(count, ledger.requestsUntil(now, time));
            size = sum(size, ledger.tokensUntil(now, time));
            if (count >= requests && size >= tokens) {
                return true;
            }
        }
        // Without any key there is nothing to forecast.
        return seen.isEmpty();
    }

    private static long sum(long total, long more) {
        return Math.min(UNLIMITED, total + Math.min(UNLIMITED, more));
    }
}

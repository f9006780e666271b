package io.github.geminipool.redis;

import io.github.geminipool.shared.QuotaBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Redis currently fails to do, and since when. Logs each cause once until all is well again, and at most once a minute.
 * Thread-safe.
 */
final class Outage {

    private static final Logger log = LoggerFactory.getLogger(RedisSharedStore.class);

    /** Pools ask again every second: what has not failed for this long is no longer asked for. */
    private static final long STALE_NANOS = Duration.ofSeconds(15).toNanos();

    private static final long REPEAT_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_MESSAGE = 200;

    private record Failing(Instant since, long lastNanos) {}

    private final String consequence;
    private final LongSupplier nanoTime;
    private final Map<Object, Failing> failing = new ConcurrentHashMap<>();
    private final Map<String, Long> warnedAt = new ConcurrentHashMap<>();
    private volatile long wellAt;

    /**
     * Creates an outage that has not begun.
     *
     * @param consequence what follows from the outage, as a sentence
     */
    Outage(String consequence) {
        this(consequence, System::nanoTime);
    }

    Outage(String consequence, LongSupplier nanoTime) {
        this.consequence = consequence;
        this.nanoTime = nanoTime;
        this.wellAt = nanoTime.getAsLong();
    }

    /** Records that something failed or was not answered properly. */
    void failed(Object what, Throwable failure) {
        Throwable cause = Link.cause(failure);
        failed(what, kind(cause), reason(cause));
    }

    /** Records that something was not answered in time. */
    void unanswered(Object what, Duration timeout) {
        failed(what, "TIMEOUT", "no answer within " + timeout.toMillis() + " ms");
    }

    private void failed(Object what, String kind, String reason) {
        long now = nanoTime.getAsLong();
        forgetStale(now);
        failing.compute(what, (any, before) -> new Failing(before == null ? Instant.now() : before.since, now));
        Long before = warnedAt.get(kind);
        if (before == null || (wellAt - before > 0 && now - before > REPEAT_NANOS)) {
            warnedAt.put(kind, now);
            log.warn("Redis is failing: {}. {}", reason, consequence);
        }
    }

    /** Records that something was answered in time. */
    void answered(Object what) {
        if (failing.isEmpty()) {
            return;
        }
        Failing before = failing.remove(what);
        if (before != null && failing.isEmpty()) {
            wellAt = nanoTime.getAsLong();
            Duration lasted = Duration.between(before.since, Instant.now());
            log.info("Redis works again, after {} s", lasted.toSeconds());
        }
    }

    /** Returns since when something has been failing; null if nothing is. */
    @Nullable
    Instant since() {
        forgetStale(nanoTime.getAsLong());
        return failing.values().stream()
                .map(Failing::since)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Only pools stop asking; the store itself asks until it gets an answer. */
    private void forgetStale(long now) {
        boolean hasForgotten = failing.entrySet()
                .removeIf(one -> one.getKey() instanceof QuotaBucket && now - one.getValue().lastNanos > STALE_NANOS);
        if (hasForgotten && failing.isEmpty()) {
            wellAt = now;
        }
    }

    /**
     * A server's errors begin with a code. Everything else means that there is no connection, which Lettuce and others put in
     * different words.
     */
    private static String kind(Throwable failure) {
        return Objects.requireNonNullElse(ErrorCode.of(failure), "CONNECTION");
    }

    private static String reason(Throwable failure) {
        String message = Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
        return message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    }
}

package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns the outcomes of attempts into exclusions and error rates. */
public final class Health {

    private final Exclusions exclusions;
    private final PoolClock clock;

    public Health(Exclusions exclusions, PoolClock clock) {
        this.exclusions = exclusions;
        this.clock = clock;
    }

    /** An attempt with a key succeeded. */
    public void succeeded(KeyHealth key, long nowNanos) {
        key.succeeded(nowNanos);
    }

    /**
     * An attempt with a key failed.
     *
     * @return the exclusion that follows, if there is a new one
     */
    public @Nullable Exclusion failed(KeyHealth key, Failure failure, long nowNanos) {
        key.record(isFaultOfKey(failure), nowNanos);
        Scope scope = failure.scope();
        if (!scope.outlivesTheCall()) {
            return null;
        }
        ExclusionCell cell = exclusions.cell(scope);
        if (failure.lasting()) {
            return exclude(cell, exclusion(failure, PoolClock.NEVER), nowNanos);
        }
        if (failure.until() != null) {
            return exclude(cell, exclusion(failure, clock.nanosAt(failure.until())), nowNanos);
        }
        return cell.strike(
                failure.kind(),
                strikes -> exclusion(failure, PoolClock.plus(nowNanos, pause(failure.kind(), strikes))),
                nowNanos);
    }

    /** An unexplained refusal of a request counts against the key that it concerns, without shutting it out. */
    private static boolean isFaultOfKey(Failure failure) {
        return failure.kind().isFaultOfKey()
                || (failure.kind() == FailureKind.INVALID_REQUEST && failure.scope() instanceof Scope.Key);
    }

    private static @Nullable Exclusion exclude(ExclusionCell cell, Exclusion exclusion, long nowNanos) {
        return exclusion.untilNanos() > nowNanos && cell.exclude(exclusion, nowNanos) ? exclusion : null;
    }

    private static Exclusion exclusion(Failure failure, long untilNanos) {
        return new Exclusion(failure.scope(), untilNanos, failure.reason(), failure);
    }

    /** How long something is left alone that failed so many times before without saying for how long. */
    static Duration pause(FailureKind kind, int strikes) {
        return switch (kind) {
            case KEY_REJECTED -> growing(Duration.ofSeconds(10), 6, strikes);
            case PROJECT_REJECTED -> growing(Duration.ofMinutes(1), 4, strikes);
            case BILLING -> growing(Duration.ofMinutes(1), 2, strikes);
            case RATE_LIMITED -> Duration.ofMinutes(1);
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED -> Duration.ofHours(24);
            default -> Duration.ZERO;
        };
    }

    private static Duration growing(Duration first, int factor, int strikes) {
        Duration limit = Duration.ofHours(1);
        Duration pause = first;
        for (int i = 0; i < strikes && pause.compareTo(limit) < 0; i++) {
            pause = pause.multipliedBy(factor);
        }
        return pause.compareTo(limit) < 0 ? pause : limit;
    }
}

package io.github.geminipool.stats;

import io.github.geminipool.failure.FailureKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of one key over all models.
 *
 * @param key name of the key
 * @param project name of its project
 * @param state the state of the key
 * @param since when this state began
 * @param usable whether the key can serve a call now: nothing excludes it, its project, its billing account or the network address,
 *     none of them is half-open, and the same holds for at least one of the models in use ({@link ModelOutlook#inUse}), if there are
 *     any. Quotas per minute do not count
 * @param excludedUntil when it may be used again; null if the key is usable, or if that is unknown: it is half-open, or an operator
 *     must act
 * @param kind the kind of failure because of which it is not usable; null if it is usable or disabled
 * @param reason why the key is not usable or not healthy; null if it is both
 * @param modelExclusions models for which the key is excluded now, such as those with a used-up quota
 * @param inFlight number of attempts that hold the key now
 * @param attempts the ended attempts with the key
 * @param share its share of the attempts of all keys, 0 to 1
 * @param errorRate share of the attempts in the last minutes ({@code health.window}) that failed through a fault of the key or its
 *     project, 0 to 1. {@link AttemptStats#errorRate()} is the share of all attempts
 */
public record KeyUsage(
        String key,
        String project,
        State state,
        Instant since,
        boolean usable,
        @Nullable Instant excludedUntil,
        @Nullable FailureKind kind,
        @Nullable String reason,
        List<ModelExclusion> modelExclusions,
        int inFlight,
        AttemptStats attempts,
        double share,
        double errorRate) {

    /** The state of a key, independent of models. */
    public enum State {
        /** The key is used like any other. */
        HEALTHY,
        /** The key fails too often; it is used only if no other key is usable. */
        DEGRADED,
        /** The key works again after an exclusion; it gets few calls at first, and more with each success. */
        PROBATION,
        /** The key, its project or its billing account was rejected; the key is not used. */
        QUARANTINED,
        /** The pause after a failure is over, and nothing has succeeded since: one attempt at a time finds out whether the key works. */
        HALF_OPEN,
        /** The key was disabled by an operator or the configuration. */
        DISABLED
    }

    /** Copies {@code modelExclusions}. */
    public KeyUsage {
        modelExclusions = List.copyOf(modelExclusions);
    }

    /** Returns the number of ended attempts, failed ones included. */
    public long usage() {
        return attempts.total();
    }

    /** Returns the number of failed attempts of all kinds. */
    public long failed() {
        return attempts.failed();
    }
}

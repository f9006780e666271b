package io.github.geminipool.stats;

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
 * @param usable whether the key is usable now; exclusions for single models do not count
 * @param excludedUntil when its exclusion expires; null if the key is usable, or if the exclusion lasts until a probe succeeds or
 *     an operator acts
 * @param reason why the key is not healthy; null if it is
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

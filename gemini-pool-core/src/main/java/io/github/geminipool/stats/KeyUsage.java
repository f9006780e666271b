package io.github.geminipool.stats;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key over all models.
 *
 * @param key its name
 * @param project its project's name
 * @param state what it is good for
 * @param since when that began
 * @param usable whether it may be used now, as far as no single model is concerned
 * @param excludedUntil until when not, or null where that is unknown or it may
 * @param reason why it is not healthy; null if it is
 * @param modelExclusions single models for which it is not used now, such as those whose quota is used up
 * @param inFlight attempts that hold it now
 * @param attempts what came of the attempts with it
 * @param share its share of all keys' attempts, 0 to 1
 * @param errorRate the share of the last minutes' attempts that failed by the key's or its project's fault, 0 to 1; that of all
 *     is {@link AttemptStats#errorRate()}
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

    /** What a key is good for, whatever the model. */
    public enum State {
        /** It is used as much as any other. */
        HEALTHY,
        /** It fails too often, and is used only where no other one can be. */
        DEGRADED,
        /** It was out and works again: few calls at first, more with each that succeeds. */
        PROBATION,
        /** It, its project or its billing account was rejected: it is not used. */
        QUARANTINED,
        /** Somebody wants it not to be used. */
        DISABLED
    }

    /** Copies the list. */
    public KeyUsage {
        modelExclusions = List.copyOf(modelExclusions);
    }

    /** Attempts that ended, failed ones included. */
    public long usage() {
        return attempts.total();
    }

    /** Attempts that failed, of whatever kind. */
    public long failed() {
        return attempts.failed();
    }
}

package io.github.geminipool.stats;

import io.github.geminipool.event.EmptyAnswer;
import io.github.geminipool.failure.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key over all models.
 *
 * @param key its name
 * @param project its project's name
 * @param state what it is good for
 * @param usable whether it may be used now, as far as no single model is concerned
 * @param excludedUntil until when not, or null where that is unknown or it may
 * @param exclusion why not, or null if it may
 * @param modelExclusions single models for which it is not used now, such as those whose quota is used up
 * @param inFlight attempts that hold it now
 * @param usage attempts that ended, failed ones included
 * @param failures how many of them failed, by kind
 * @param emptyAnswers how many of the others got an answer that says nothing, by kind; that is no fault of the key
 * @param errorRate the share of the last minutes' attempts that failed by the key's or its project's fault, 0 to 1
 * @param meanTime the mean time of its attempts; 0 without any
 */
public record KeyUsage(
        String key,
        String project,
        State state,
        boolean usable,
        @Nullable Instant excludedUntil,
        @Nullable String exclusion,
        List<ModelExclusion> modelExclusions,
        int inFlight,
        long usage,
        Map<FailureKind, Long> failures,
        Map<EmptyAnswer, Long> emptyAnswers,
        double errorRate,
        Duration meanTime) {

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

    /** Copies the collections. */
    public KeyUsage {
        modelExclusions = List.copyOf(modelExclusions);
        failures = Map.copyOf(failures);
        emptyAnswers = Map.copyOf(emptyAnswers);
    }

    /** Attempts that failed, of whatever kind. */
    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }
}

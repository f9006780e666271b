package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.key.Use;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known about a key for particular uses of a model. Most keys have no such records. Guarded by the model pool's lock. */
final class UseRecords {

    private final Map<Use, Suspicion> suspicions = new EnumMap<>(Use.class);
    private final Map<Use, ExclusionCell> cells = new EnumMap<>(Use.class);
    private final Map<Use, Long> answered = new EnumMap<>(Use.class);

    @Nullable
    Suspicion suspicion(Use use) {
        return suspicions.get(use);
    }

    /** Returns the suspicion for a use, creating it if there is none. */
    Suspicion suspected(Use use, long attemptsBefore) {
        return suspicions.computeIfAbsent(use, any -> new Suspicion(attemptsBefore));
    }

    /** Returns the project's entry in the table of exclusions for a use of the model; null if it never had one. */
    @Nullable
    ExclusionCell cell(Use use) {
        return cells.get(use);
    }

    void heed(Use use, ExclusionCell cell) {
        cells.put(use, cell);
    }

    /** Returns when the key last got a response for a use; 0 if never. */
    long answeredNanos(Use use) {
        return answered.getOrDefault(use, 0L);
    }

    void answered(Use use, long nanos) {
        answered.put(use, nanos);
    }
}

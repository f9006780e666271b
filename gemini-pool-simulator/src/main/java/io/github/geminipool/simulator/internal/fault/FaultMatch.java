package io.github.geminipool.simulator.internal.fault;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.internal.journal.InFlight;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the faults do to one request.
 *
 * @param delay before anything else
 * @param barriers to be passed first
 * @param decisive what happens instead of, or with, the answer; null: nothing
 */
public record FaultMatch(
        Duration delay,
        List<InFlight.Barrier> barriers,
        @Nullable FaultAction decisive) {

    /** Takes an immutable copy. */
    public FaultMatch {
        barriers = List.copyOf(barriers);
    }
}

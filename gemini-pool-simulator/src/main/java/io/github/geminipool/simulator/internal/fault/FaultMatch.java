package io.github.geminipool.simulator.internal.fault;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.internal.journal.InFlight;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The faults that apply to a request.
 *
 * @param delay total delay
 * @param barriers barriers to pass before the delay
 * @param decisive the action that replaces or changes the response; null for none
 */
public record FaultMatch(
        Duration delay,
        List<InFlight.Barrier> barriers,
        @Nullable FaultAction decisive) {

    /** Copies the barriers. */
    public FaultMatch {
        barriers = List.copyOf(barriers);
    }
}

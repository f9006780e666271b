package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.internal.journal.InFlight;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request.
 *
 * @param reply the answer
 * @param spoil what is done to it on the way; null: nothing
 * @param delay real time until then
 * @param barriers to be passed before the delay
 */
public record Plan(Reply reply, @Nullable FaultAction spoil, Duration delay, List<InFlight.Barrier> barriers) {

    /** Takes an immutable copy. */
    public Plan {
        barriers = List.copyOf(barriers);
    }

    /**
     * An answer at once.
     *
     * @param reply the answer
     * @return a plan without faults
     */
    static Plan atOnce(Reply reply) {
        return new Plan(reply, null, Duration.ZERO, List.of());
    }

    /**
     * The status that goes into the log.
     *
     * @return 0 if nothing is sent
     */
    public int status() {
        return spoil instanceof FaultAction.Reset || spoil instanceof FaultAction.Hang ? 0 : reply.status();
    }
}

package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.ServiceTier;
import io.github.geminipool.simulator.internal.journal.InFlight;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The planned response to a request.
 *
 * @param reply the response
 * @param fault what happens to it when it is sent; null for nothing
 * @param delay delay in real time
 * @param barriers barriers to pass before the delay
 * @param served the tier that the response names; null for none
 */
public record Plan(
        Reply reply,
        @Nullable FaultAction fault,
        Duration delay,
        List<InFlight.Barrier> barriers,
        @Nullable ServiceTier served) {

    /** Copies the barriers. */
    public Plan {
        barriers = List.copyOf(barriers);
    }

    /**
     * Returns a plan without fault or delay.
     *
     * @param reply the response
     * @return the plan
     */
    static Plan immediate(Reply reply) {
        return new Plan(reply, null, Duration.ZERO, List.of(), null);
    }

    /**
     * Returns the status for the log.
     *
     * @return the HTTP status; 0 if nothing is sent
     */
    public int status() {
        return fault instanceof FaultAction.Reset || fault instanceof FaultAction.Hang ? 0 : reply.status();
    }
}

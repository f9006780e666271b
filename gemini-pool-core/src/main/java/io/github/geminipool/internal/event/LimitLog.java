package io.github.geminipool.internal.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs limits that are configured higher than Gemini's, or differently in replicas. */
public final class LimitLog {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.limits");

    private LimitLog() {}

    /**
     * Warns of a limit that is too high.
     *
     * @param problem the limit, as configured and as Gemini reports it
     */
    public static void tell(String problem) {
        log.warn("{}. The pool now uses Gemini's limit: correct the limits under gemini.pool", problem);
    }

    /**
     * Warns of a limit that replicas do not have in common.
     *
     * @param problem the limits
     */
    public static void differ(String problem) {
        log.warn("{}. The smallest one holds for all replicas: configure the same limits under gemini.pool in all of them", problem);
    }
}

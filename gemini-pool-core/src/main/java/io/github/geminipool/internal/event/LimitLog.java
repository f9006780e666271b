package io.github.geminipool.internal.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of limits that are configured higher than Gemini's. */
public final class LimitLog {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.limits");

    private LimitLog() {}

    /** Says that a limit is too high. */
    public static void tell(String what) {
        log.warn("{}; the pool goes by Gemini's from now on. Correct the limits below gemini.pool", what);
    }
}

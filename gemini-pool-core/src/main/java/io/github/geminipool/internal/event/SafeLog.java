package io.github.geminipool.internal.event;

import org.slf4j.Logger;

/** Logs where nothing may be thrown. */
public final class SafeLog {

    private SafeLog() {}

    /** Logs a failure, unless that fails as well: there is no memory, or the failure can't say what it is. */
    public static void error(Logger log, String message, Throwable failure) {
        try {
            log.error(message, failure);
        } catch (Throwable e) {
            // Nowhere left to report it.
        }
    }
}

package io.github.geminipool.internal.turn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callers whose waiting calls a thread is letting go, one caller after the other. Letting one go may show that further callers may
 * go. The same thread lets these go afterwards: if it did so at once, calls would nest as deeply as callers and models follow one another.
 */
public final class ServedCallers {

    private static final Logger log = LoggerFactory.getLogger(ServedCallers.class);

    private static final ThreadLocal<@Nullable ServedCallers> CURRENT = new ThreadLocal<>();

    private final Deque<Caller> left;

    private ServedCallers(List<Caller> callers) {
        this.left = new ArrayDeque<>(callers);
    }

    /** Lets go the calls that wait for these callers' limits: now, or after the callers that this thread is letting go already. */
    public static void letGo(List<Caller> callers) {
        ServedCallers current = CURRENT.get();
        if (current != null) {
            current.left.addAll(callers);
            return;
        }
        ServedCallers own = new ServedCallers(callers);
        CURRENT.set(own);
        try {
            own.letGo();
        } finally {
            CURRENT.remove();
        }
    }

    private void letGo() {
        for (Caller next = left.poll(); next != null; next = left.poll()) {
            try {
                next.letGo();
            } catch (Throwable e) {
                log.error("Could not serve the calls that wait for a caller's limits; they may wait longer", e);
            }
        }
    }
}

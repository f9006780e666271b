package io.github.geminipool.internal.health;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The entry of one scope in the table of exclusions. */
public final class ExclusionCell {

    private final AtomicReference<@Nullable Exclusion> current = new AtomicReference<>();
    private volatile int strikes;

    ExclusionCell() {}

    /** What excludes the scope at a time, or null. */
    public @Nullable Exclusion at(long nanos) {
        Exclusion exclusion = current.get();
        return exclusion != null && exclusion.untilNanos() > nanos ? exclusion : null;
    }

    boolean exclude(Exclusion exclusion, long nowNanos) {
        while (true) {
            Exclusion before = current.get();
            boolean active = before != null && before.untilNanos() > nowNanos;
            if (active && before != null && before.untilNanos() >= exclusion.untilNanos()) {
                return false;
            }
            if (current.compareAndSet(before, exclusion)) {
                return true;
            }
        }
    }

    boolean lift() {
        strikes = 0;
        return current.getAndSet(null) != null;
    }

    /** How often in a row the scope was excluded without an end being known. */
    int strikes() {
        return strikes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // A strike lost in a race shortens a pause, no more.
    void strike() {
        strikes = Math.min(strikes + 1, 30);
    }

    /** Its last use was a success. */
    void forgive() {
        if (strikes != 0) {
            strikes = 0;
        }
    }
}

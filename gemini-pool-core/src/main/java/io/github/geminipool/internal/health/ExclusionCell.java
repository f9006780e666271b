package io.github.geminipool.internal.health;

import io.github.geminipool.failure.FailureKind;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The entry of one scope in the table of exclusions. */
public final class ExclusionCell {

    private static final int MOST_STRIKES = 30;

    /**
     * What is known of the scope.
     *
     * @param exclusion the latest, which may have passed
     * @param strikes how often in a row the scope was excluded without an end being known
     */
    private record Entry(@Nullable Exclusion exclusion, int strikes) {

        @Nullable
        Exclusion at(long nanos) {
            return exclusion != null && exclusion.untilNanos() > nanos ? exclusion : null;
        }
    }

    private static final Entry NOTHING = new Entry(null, 0);

    private static final AtomicReferenceFieldUpdater<ExclusionCell, Entry> CURRENT =
            AtomicReferenceFieldUpdater.newUpdater(ExclusionCell.class, Entry.class, "current");

    private volatile Entry current = NOTHING;

    private final Setbacks setbacks;

    ExclusionCell(Setbacks setbacks) {
        this.setbacks = setbacks;
    }

    /** What excludes the scope at a time, or null. */
    public @Nullable Exclusion at(long nanos) {
        return current.at(nanos);
    }

    /** Excludes the scope, unless it is for as long or longer; returns whether that is new. */
    boolean exclude(Exclusion exclusion, long nowNanos) {
        while (true) {
            Entry before = current;
            Exclusion active = before.at(nowNanos);
            if (active != null && active.untilNanos() >= exclusion.untilNanos()) {
                return false;
            }
            if (CURRENT.compareAndSet(this, before, new Entry(exclusion, before.strikes))) {
                setbacks.add();
                return true;
            }
        }
    }

    /**
     * Excludes the scope for longer the more often that happened in a row. Attempts that were in flight together fail
     * together: that is one strike, whose pause has begun.
     *
     * @param ofStrikes makes the exclusion, of the number of strikes before it
     * @return the exclusion; null where it follows from an earlier failure
     */
    @Nullable
    Exclusion strike(FailureKind kind, IntFunction<Exclusion> ofStrikes, long nowNanos) {
        while (true) {
            Entry before = current;
            Exclusion active = before.at(nowNanos);
            if (active != null && active.failure() != null && active.failure().kind() == kind) {
                return null;
            }
            int strikes = active == null ? Math.min(before.strikes + 1, MOST_STRIKES) : before.strikes;
            Exclusion exclusion = ofStrikes.apply(Math.max(0, strikes - 1));
            if (exclusion.untilNanos() <= (active == null ? nowNanos : active.untilNanos())) {
                return null;
            }
            if (CURRENT.compareAndSet(this, before, new Entry(exclusion, strikes))) {
                setbacks.add();
                return exclusion;
            }
        }
    }

    boolean lift() {
        return CURRENT.getAndSet(this, NOTHING).exclusion != null;
    }

    /** Its last use was a success. */
    void forgive() {
        Entry before = current;
        if (before.strikes != 0) {
            CURRENT.compareAndSet(this, before, new Entry(before.exclusion, 0));
        }
    }
}

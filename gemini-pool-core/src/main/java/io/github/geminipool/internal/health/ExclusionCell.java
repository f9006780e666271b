package io.github.geminipool.internal.health;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one scope in the table of exclusions.
 *
 * <p>An exclusion whose end was only hoped for is half-open when its time has come: one attempt at a time, a probe, finds
 * out whether it is over, and excludes the scope for all others meanwhile.
 */
public final class ExclusionCell {

    private static final int MOST_STRIKES = 30;

    /** A probe that has no answer after so long lets another one try: the answers of thinking models take minutes. */
    private static final long PROBE_NANOS = 10_000_000_000L;

    /**
     * What is known of the scope.
     *
     * @param exclusion the latest, which may have passed
     * @param strikes how often in a row the scope was excluded without an end being known
     * @param doubtful whether its end was only hoped for
     * @param probed whether an attempt finds out now
     */
    private record Entry(@Nullable Exclusion exclusion, int strikes, boolean doubtful, boolean probed) {

        @Nullable
        Exclusion at(long nanos) {
            return exclusion != null && exclusion.untilNanos() > nanos ? exclusion : null;
        }
    }

    private static final Entry NOTHING = new Entry(null, 0, false, false);

    private static final AtomicReferenceFieldUpdater<ExclusionCell, Entry> CURRENT =
            AtomicReferenceFieldUpdater.newUpdater(ExclusionCell.class, Entry.class, "current");

    private volatile Entry current = NOTHING;

    private final Exclusions table;

    ExclusionCell(Exclusions table) {
        this.table = table;
    }

    /** What excludes the scope at a time, or null. */
    public @Nullable Exclusion at(long nanos) {
        return current.at(nanos);
    }

    /** Whether the next attempt has to find out whether the scope can be used again. */
    public boolean isHalfOpen(long nowNanos) {
        return isHalfOpen(current, nowNanos);
    }

    private static boolean isHalfOpen(Entry entry, long nowNanos) {
        return entry.doubtful && entry.exclusion != null && entry.exclusion.untilNanos() <= nowNanos;
    }

    /**
     * Whether nothing excludes the scope, and nothing is to be found out about it. Who asks for one and then for the other
     * may miss both, since attempts of other models begin and end meanwhile.
     */
    public boolean isFree(long nowNanos) {
        Entry entry = current;
        return entry.at(nowNanos) == null && !isHalfOpen(entry, nowNanos);
    }

    /** Whether an attempt finds out now: then what excludes the scope may end at any moment. */
    public boolean isProbed() {
        return current.probed;
    }

    /** Makes an attempt the one that finds out; false where there is nothing to find out, or another one does. */
    public boolean beginProbe(long nowNanos) {
        while (true) {
            Entry before = current;
            if (!isHalfOpen(before, nowNanos) || before.exclusion == null) {
                return false;
            }
            Exclusion meanwhile = before.exclusion.until(nowNanos + PROBE_NANOS);
            if (replace(before, new Entry(meanwhile, before.strikes, true, true))) {
                table.exclusionVersion().increment();
                return true;
            }
        }
    }

    private boolean replace(Entry before, Entry after) {
        if (!CURRENT.compareAndSet(this, before, after)) {
            return false;
        }
        if (before.probed != after.probed) {
            table.countProbes(after.probed ? 1 : -1);
        }
        return true;
    }

    /** A probe ended without having found out: the next attempt may. Returns whether that changes anything. */
    public boolean endProbe(long nowNanos) {
        Entry before = current;
        if (!before.probed || before.exclusion == null) {
            return false;
        }
        Entry after = new Entry(before.exclusion.until(nowNanos), before.strikes, true, false);
        boolean changed = replace(before, after);
        if (changed) {
            table.releaseVersion().increment();
        }
        return changed;
    }

    /** Excludes the scope, unless it is for as long or longer; returns whether that is new. */
    boolean exclude(Exclusion exclusion, long nowNanos) {
        while (true) {
            Entry before = current;
            Exclusion active = before.at(nowNanos);
            if (active != null && active.untilNanos() >= exclusion.untilNanos()) {
                return false;
            }
            if (replace(before, new Entry(exclusion, before.strikes, false, false))) {
                table.exclusionVersion().increment();
                return true;
            }
        }
    }

    /**
     * Excludes the scope for longer the more often that happened in a row. Attempts that were in flight together fail
     * together: that is one strike, whose pause has begun.
     *
     * @param ofStrikes makes the exclusion, of the number of strikes before it
     * @param ofProbe whether the attempt that failed was to find out
     * @return the exclusion; null where it follows from an earlier failure
     */
    @Nullable
    Exclusion strike(FailureKind kind, IntFunction<Exclusion> ofStrikes, long nowNanos, boolean ofProbe) {
        while (true) {
            Entry before = current;
            boolean foundOut = before.probed && ofProbe;
            Exclusion active = foundOut ? null : before.at(nowNanos);
            if (active != null
                    && (before.probed
                            || (active.failure() != null && active.failure().kind() == kind))) {
                return null;
            }
            int strikes = active == null ? Math.min(before.strikes + 1, MOST_STRIKES) : before.strikes;
            Exclusion exclusion = ofStrikes.apply(Math.max(0, strikes - 1));
            if (exclusion.untilNanos() <= (active == null ? nowNanos : active.untilNanos())) {
                return null;
            }
            if (replace(before, new Entry(exclusion, strikes, true, false))) {
                table.exclusionVersion().increment();
                if (foundOut) {
                    // The pause may be shorter than what the probe was given.
                    table.releaseVersion().increment();
                }
                return exclusion;
            }
        }
    }

    /** Lets what excludes the scope end at a time at the latest, half-open: it is not the scope's fault. */
    void soften(long untilNanos) {
        Entry before = current;
        Exclusion exclusion = before.exclusion;
        if (exclusion != null && exclusion.failure() != null && exclusion.untilNanos() > untilNanos) {
            Entry after = new Entry(exclusion.until(untilNanos), before.strikes, true, false);
            if (replace(before, after)) {
                table.releaseVersion().increment();
            }
        }
    }

    /** Whether it is excluded, or was and nobody has found out yet whether it still should be. */
    public boolean isInDoubt() {
        return current.doubtful;
    }

    /** The scope works: ends what was only suspected of it. Returns what that was, or null. */
    @Nullable
    Exclusion recover() {
        Entry before = current;
        Exclusion exclusion = before.exclusion;
        if (!before.doubtful || exclusion == null) {
            return null;
        }
        // A key is forgiven when it has proved itself, and not by its first success.
        Entry after = isOnProbation(exclusion.scope()) ? new Entry(null, before.strikes, false, false) : NOTHING;
        if (!replace(before, after)) {
            return null;
        }
        table.releaseVersion().increment();
        return exclusion;
    }

    private static boolean isOnProbation(Scope scope) {
        return scope instanceof Scope.Key || scope instanceof Scope.Project || scope instanceof Scope.BillingAccount;
    }

    /** Excludes the scope for as long as nobody lifts it, whatever excludes it now. */
    void disable(Exclusion exclusion) {
        Entry before = current;
        while (!replace(before, new Entry(exclusion, before.strikes, false, false))) {
            before = current;
        }
        table.exclusionVersion().increment();
    }

    boolean lift() {
        Entry before = current;
        while (!replace(before, NOTHING)) {
            before = current;
        }
        if (before.exclusion == null) {
            return false;
        }
        table.releaseVersion().increment();
        return true;
    }

    /** Its last use was a success. */
    void forgive() {
        Entry before = current;
        if (before.strikes != 0) {
            replace(before, new Entry(before.exclusion, 0, before.doubtful, before.probed));
        }
    }
}

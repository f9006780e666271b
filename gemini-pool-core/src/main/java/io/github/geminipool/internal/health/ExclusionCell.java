package io.github.geminipool.internal.health;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.ExclusionState.Doubtful;
import io.github.geminipool.internal.health.ExclusionState.Excluded;
import io.github.geminipool.internal.health.ExclusionState.Free;
import io.github.geminipool.internal.health.ExclusionState.Paused;
import io.github.geminipool.internal.health.ExclusionState.Probed;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One scope's entry in the table of exclusions: a circuit breaker. Thread-safe.
 *
 * <p>An exclusion whose end is a guess becomes half-open at that end: one attempt at a time is the probe, and the scope
 * stays excluded for all others until the probe has an answer.
 */
public final class ExclusionCell {

    /** Maximum number of strikes that are counted; the longest pause is reached long before. */
    private static final int MAX_STRIKES = 30;

    /** After this time without an answer another probe may start: thinking models take minutes to answer. */
    private static final long PROBE_NANOS = 10_000_000_000L;

    private static final AtomicReferenceFieldUpdater<ExclusionCell, ExclusionState> CURRENT =
            AtomicReferenceFieldUpdater.newUpdater(ExclusionCell.class, ExclusionState.class, "current");

    private volatile ExclusionState current = Free.NEW;

    private final VersionCounter exclusionVersion;
    private final VersionCounter releaseVersion;
    private final AtomicInteger probes;

    /**
     * Creates the cell of a scope that nothing excludes.
     *
     * @param exclusionVersion counts exclusions
     * @param releaseVersion counts exclusions that end early
     * @param probes the number of cells that are being probed
     */
    ExclusionCell(VersionCounter exclusionVersion, VersionCounter releaseVersion, AtomicInteger probes) {
        this.exclusionVersion = exclusionVersion;
        this.releaseVersion = releaseVersion;
        this.probes = probes;
    }

    /** Returns the exclusion in force at a time, or null. */
    public @Nullable Exclusion at(long nanos) {
        ExclusionState state = current;
        return state instanceof Free ? null : state.at(nanos);
    }

    /** Returns the latest exclusion, which may be over; null if there was none since the scope was last free. */
    public @Nullable Exclusion latest() {
        return current.exclusion();
    }

    /** Returns the exclusion that is over, if the next attempt has to find out whether the scope works again; else null. */
    public @Nullable Exclusion halfOpen(long nowNanos) {
        ExclusionState state = current;
        return state.isHalfOpen(nowNanos) ? state.exclusion() : null;
    }

    /** Returns whether the next attempt has to find out whether the scope works again. */
    public boolean isHalfOpen(long nowNanos) {
        return current.isHalfOpen(nowNanos);
    }

    /**
     * Returns whether the scope is neither excluded nor half-open. Calling {@link #at} and {@link #isHalfOpen} instead may
     * miss both, since a probe for another model can begin or end between the two calls.
     */
    public boolean isFree(long nowNanos) {
        ExclusionState state = current;
        return state instanceof Free || state.isFree(nowNanos);
    }

    /** Returns whether a probe is running, so that the exclusion may end at any moment. */
    public boolean isProbed() {
        return current instanceof Probed;
    }

    /** Returns whether the exclusion's end is a guess that no probe has confirmed yet. */
    public boolean isInDoubt() {
        return current instanceof Doubtful;
    }

    /** Returns the number of exclusions in a row whose ends were guesses. */
    public int strikes() {
        return current.strikes();
    }

    /**
     * Makes an attempt the probe.
     *
     * @return false if the scope is not half-open, or another attempt is the probe
     */
    public boolean beginProbe(long nowNanos) {
        while (true) {
            ExclusionState before = current;
            Exclusion exclusion = before.exclusion();
            if (exclusion == null || !before.isHalfOpen(nowNanos)) {
                return false;
            }
            if (replace(before, new Probed(exclusion.until(nowNanos + PROBE_NANOS), before.strikes()))) {
                exclusionVersion.increment();
                return true;
            }
        }
    }

    /**
     * Ends a probe that found out nothing: the next attempt may be the probe.
     *
     * @return whether that changes anything
     */
    public boolean endProbe(long nowNanos) {
        if (!(current instanceof Probed before)) {
            return false;
        }
        boolean changed = replace(before, new Paused(before.exclusion().until(nowNanos), before.strikes()));
        if (changed) {
            releaseVersion.increment();
        }
        return changed;
    }

    /**
     * Excludes the scope, unless it is already excluded for as long or longer.
     *
     * @return whether the exclusion is new
     */
    boolean exclude(Exclusion exclusion, long nowNanos) {
        while (true) {
            ExclusionState before = current;
            Exclusion active = before.at(nowNanos);
            if (active != null && active.untilNanos() >= exclusion.untilNanos()) {
                return false;
            }
            if (replace(before, new Excluded(exclusion, before.strikes()))) {
                exclusionVersion.increment();
                return true;
            }
        }
    }

    /**
     * Excludes the scope for a guessed time that grows from strike to strike. Concurrent attempts fail together: that is
     * one strike, whose pause has already begun.
     *
     * @param ofStrikes makes the exclusion, given the number of strikes before it
     * @param ofProbe whether the failed attempt was the probe
     * @return the exclusion; null if an earlier failure has already led to it
     */
    @Nullable
    Exclusion strike(FailureKind kind, IntFunction<Exclusion> ofStrikes, long nowNanos, boolean ofProbe) {
        while (true) {
            ExclusionState before = current;
            boolean probeFailed = ofProbe && before instanceof Probed;
            Exclusion active = probeFailed ? null : before.at(nowNanos);
            if (active != null && (before instanceof Probed || isOfKind(kind, active))) {
                return null;
            }
            int strikes = active == null ? Math.min(before.strikes() + 1, MAX_STRIKES) : before.strikes();
            Exclusion exclusion = ofStrikes.apply(Math.max(0, strikes - 1));
            if (exclusion.untilNanos() <= (active == null ? nowNanos : active.untilNanos())) {
                return null;
            }
            if (replace(before, new Paused(exclusion, strikes))) {
                exclusionVersion.increment();
                if (probeFailed) {
                    // The pause may be shorter than the time that the probe was given.
                    releaseVersion.increment();
                }
                return exclusion;
            }
        }
    }

    /**
     * Takes over an exclusion that another replica has found, unless the scope is already excluded for as long or longer, or is being
     * probed. One that is over makes the scope half-open.
     *
     * @param guessed whether its end is a guess
     * @param strikes the number of exclusions in a row, this one included
     * @return whether the exclusion is new
     */
    boolean adopt(Exclusion exclusion, boolean guessed, int strikes, long nowNanos) {
        while (true) {
            ExclusionState before = current;
            Exclusion active = before.at(nowNanos);
            if (before instanceof Probed || (active != null && active.untilNanos() >= exclusion.untilNanos())) {
                return false;
            }
            int counted = Math.min(Math.max(strikes, before.strikes()), MAX_STRIKES);
            if (replace(before, guessed ? new Paused(exclusion, counted) : new Excluded(exclusion, counted))) {
                exclusionVersion.increment();
                return true;
            }
        }
    }

    /**
     * Ends an exclusion that was taken over, unless another one has followed it. A probe that runs goes on.
     *
     * @return whether it was in force or half-open
     */
    boolean withdraw(Exclusion adopted) {
        while (true) {
            ExclusionState before = current;
            Exclusion exclusion = before.exclusion();
            if (exclusion == null || !Objects.equals(exclusion.failure(), adopted.failure())) {
                return false;
            }
            if (replace(before, Free.NEW)) {
                releaseVersion.increment();
                return true;
            }
        }
    }

    private static boolean isOfKind(FailureKind kind, Exclusion exclusion) {
        return exclusion.failure() != null && exclusion.failure().kind() == kind;
    }

    /** Makes an exclusion that a failure caused end no later than a time, half-open: it is not the scope's fault. */
    void soften(long untilNanos) {
        ExclusionState before = current;
        Exclusion exclusion = before.exclusion();
        if (exclusion != null
                && exclusion.failure() != null
                && exclusion.untilNanos() > untilNanos
                && replace(before, new Paused(exclusion.until(untilNanos), before.strikes()))) {
            releaseVersion.increment();
        }
    }

    /**
     * Ends an exclusion whose end was a guess, because the scope works.
     *
     * @return the exclusion; null if there was none
     */
    @Nullable
    Exclusion recover() {
        if (!(current instanceof Doubtful before)) {
            return null;
        }
        Exclusion exclusion = before.exclusion();
        // A key loses its strikes at the end of its probation, not with its first success.
        ExclusionState after = hasProbation(exclusion.scope()) ? new Free(before.strikes()) : Free.NEW;
        if (!replace(before, after)) {
            return null;
        }
        releaseVersion.increment();
        return exclusion;
    }

    private static boolean hasProbation(Scope scope) {
        return scope instanceof Scope.Key || scope instanceof Scope.Project || scope instanceof Scope.BillingAccount;
    }

    /** Excludes the scope until {@link #lift}, replacing any exclusion in force. */
    void disable(Exclusion exclusion) {
        ExclusionState before = current;
        while (!replace(before, new Excluded(exclusion, before.strikes()))) {
            before = current;
        }
        exclusionVersion.increment();
    }

    /**
     * Ends any exclusion and forgets all strikes.
     *
     * @return whether there was an exclusion
     */
    boolean lift() {
        ExclusionState before = current;
        while (!replace(before, Free.NEW)) {
            before = current;
        }
        if (before instanceof Free) {
            return false;
        }
        releaseVersion.increment();
        return true;
    }

    /** Forgets all strikes, because the scope's latest use was a success. */
    void forgive() {
        ExclusionState before = current;
        if (before.strikes() != 0) {
            replace(before, before.withoutStrikes());
        }
    }

    private boolean replace(ExclusionState before, ExclusionState after) {
        if (!CURRENT.compareAndSet(this, before, after)) {
            return false;
        }
        if (before instanceof Probed != after instanceof Probed) {
            probes.addAndGet(after instanceof Probed ? 1 : -1);
        }
        return true;
    }
}

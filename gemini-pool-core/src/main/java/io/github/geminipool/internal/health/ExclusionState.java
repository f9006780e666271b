package io.github.geminipool.internal.health;

import org.jspecify.annotations.Nullable;

/** What is known about one scope; immutable. {@link ExclusionCell} replaces one state by the next. */
sealed interface ExclusionState {

    /** Returns the latest exclusion, which may be over; null if there is none. */
    @Nullable
    Exclusion exclusion();

    /** Returns the number of consecutive exclusions for a guessed time. */
    int strikes();

    /** Returns the exclusion in force at a time, or null. */
    default @Nullable Exclusion at(long nanos) {
        Exclusion exclusion = exclusion();
        return exclusion != null && exclusion.untilNanos() > nanos ? exclusion : null;
    }

    /** Returns whether the next attempt has to find out whether the scope works again. */
    default boolean isHalfOpen(long nowNanos) {
        return false;
    }

    /** Returns whether the scope is neither excluded nor half-open. */
    boolean isFree(long nowNanos);

    /** Returns the same state without strikes. */
    ExclusionState withoutStrikes();

    /** Nothing excludes the scope. */
    record Free(int strikes) implements ExclusionState {

        /** The state of a scope that was never excluded. */
        static final Free NEW = new Free(0);

        @Override
        public @Nullable Exclusion exclusion() {
            return null;
        }

        @Override
        public boolean isFree(long nowNanos) {
            return true;
        }

        @Override
        public ExclusionState withoutStrikes() {
            return NEW;
        }
    }

    /** Excluded until a known time or until an operator acts; free afterwards, without a probe. */
    record Excluded(Exclusion exclusion, int strikes) implements ExclusionState {

        @Override
        public boolean isFree(long nowNanos) {
            return at(nowNanos) == null;
        }

        @Override
        public ExclusionState withoutStrikes() {
            return new Excluded(exclusion, 0);
        }
    }

    /** An exclusion whose end is a guess: once it is over, the scope is half-open until a probe has an answer. */
    sealed interface Doubtful extends ExclusionState {

        @Override
        Exclusion exclusion();

        @Override
        default boolean isHalfOpen(long nowNanos) {
            return exclusion().untilNanos() <= nowNanos;
        }

        @Override
        default boolean isFree(long nowNanos) {
            return false;
        }
    }

    /** Excluded for a guessed time; half-open afterwards. */
    record Paused(Exclusion exclusion, int strikes) implements Doubtful {

        @Override
        public ExclusionState withoutStrikes() {
            return new Paused(exclusion, 0);
        }
    }

    /** One attempt is the probe. It excludes the others until the probe's time is up, when another may try. */
    record Probed(Exclusion exclusion, int strikes) implements Doubtful {

        @Override
        public ExclusionState withoutStrikes() {
            return new Probed(exclusion, 0);
        }
    }
}

package io.github.geminipool.internal.choice;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a key fails although others succeed: a sequential test of "it fails nine times of ten" against "it fails as the best
 * other key does". A few failures convict where the others are well, more where all fail now and then, and none where all are
 * dead. A convicted key is passed over: others are preferred for a growing while, then one attempt at a time tries it again.
 * Guarded by the model pool's lock.
 *
 * @see <a href="https://en.wikipedia.org/wiki/CUSUM">the method, CUSUM</a>
 */
final class Suspicion {

    /** The odds at which a key is convicted: a well key reaches them once in many thousands of attempts. */
    private static final double CONVICTED = Math.log(5_000);

    /** The failure rate of a bad key. */
    private static final double BAD = 0.9;

    /** What one more failure adds where the others are well: it stands just under conviction after its pause. */
    private static final double LAST_STEP = Math.log(BAD / 0.05);

    /** A key that has failed this often and never succeeded needs no further proof. */
    private static final double NEVER_WORKED = 3;

    /** Others that fail less often than this are believed to be well. */
    private static final double BELIEVED_WELL = 0.5;

    private static final double LEAST = 0.005;
    private static final double MOST = 0.98;

    /** The rate is that of this many attempts at most. */
    private static final int REMEMBERED = 50;

    /** A key is believed to have made this many attempts more, at the rate at which well keys fail. */
    private static final double IMAGINED = 4;

    private static final double IMAGINED_RATE = 0.02;

    private static final double DEVIATIONS = 2;

    /** Of e times as many keys that fail alike, the best one is so many deviations better. */
    private static final double LUCK = 0.62;

    /** The deviations allow for the best of so many. */
    private static final double FEW = 4;

    private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;

    private double attempts;
    private double failureRate;
    private double score;
    private int failuresInARow;
    private boolean onTrial;
    private long failedNanos;
    private long convictedNanos;
    private long pauseNanos;
    private long passedOverUntil;

    /** The key that answered while this one failed. */
    private @Nullable String answeredBy;

    /** Creates the suspicion of a key without failures so far. */
    Suspicion(long attemptsBefore) {
        this.attempts = Math.min(REMEMBERED, attemptsBefore);
    }

    /**
     * Returns the failure rate that a key can be expected not to exceed.
     *
     * @param suspicion null for a key that has never failed
     * @param uses the number of its attempts
     * @param others the number of keys of which the best one is looked for: the more there are, the luckier it was
     */
    static double highestRate(@Nullable Suspicion suspicion, long uses, int others) {
        double weight = suspicion == null ? Math.min(REMEMBERED, uses) : suspicion.attempts;
        double failures = suspicion == null ? 0 : suspicion.failureRate * weight;
        double rate = (failures + IMAGINED * IMAGINED_RATE) / (weight + IMAGINED);
        double deviations = DEVIATIONS + LUCK * Math.log(Math.max(1, others / FEW));
        return rate + deviations * Math.sqrt(rate * (1 - rate) / (weight + IMAGINED));
    }

    /** Returns whether a success changes more than the rate, so that {@link #succeeded} needs the others' rate. */
    boolean isSuspected() {
        return score > 0 || onTrial;
    }

    /**
     * Records a success.
     *
     * @param othersRate the failure rate of the best other key; of no interest unless the key is suspected
     * @param grantedNanos when the attempt began; those that began before the last conviction end no pause
     */
    void succeeded(double othersRate, long grantedNanos) {
        count(0);
        if (onTrial && grantedNanos < convictedNanos) {
            return;
        }
        failuresInARow = 0;
        double expected = within(othersRate);
        score = Math.max(0, score + (expected > BAD ? 0 : Math.log((1 - BAD) / (1 - expected))));
        onTrial = false;
    }

    /**
     * Records a failure that says nothing of its cause.
     *
     * @param othersRate the failure rate of the best other key
     * @param other the name of the other key that has answered last; null if none has lately
     * @param grantedNanos when the attempt began; attempts that began before the last conviction fail together with it
     * @return whether the key is passed over from now on
     */
    boolean failed(double othersRate, @Nullable String other, long grantedNanos, long nowNanos) {
        count(1);
        failuresInARow++;
        failedNanos = nowNanos;
        double expected = within(othersRate);
        score += Math.log(Math.max(BAD, expected) / expected);
        if (grantedNanos < convictedNanos) {
            score = Math.min(score, CONVICTED - LAST_STEP);
            return false;
        }
        if (other == null || !(score >= CONVICTED || hasNeverWorked(expected))) {
            // A trial whose failure does not tell the key from the others, which fail as well by now.
            if (onTrial) {
                onTrial = false;
                pauseNanos = 0;
            }
            return false;
        }
        convict(other, nowNanos);
        return true;
    }

    /** Returns whether all that is known of the key are failures, while little speaks against the others. */
    private boolean hasNeverWorked(double expected) {
        return failureRate == 1 && attempts >= NEVER_WORKED && expected < BELIEVED_WELL;
    }

    /** Passes the key over from now on, since another one has answered. */
    void convict(String other, long nowNanos) {
        answeredBy = other;
        failedNanos = nowNanos;
        pauseNanos = nextPause(nowNanos);
        convictedNanos = nowNanos;
        passedOverUntil = nowNanos + pauseNanos;
        score = CONVICTED - LAST_STEP;
        onTrial = true;
    }

    /** Returns a longer pause than the last one, unless the key has served for longer than that since. */
    private long nextPause(long nowNanos) {
        long served = nowNanos - passedOverUntil;
        if (pauseNanos == 0 || served > LONGEST_PAUSE_NANOS) {
            return FIRST_PAUSE_NANOS;
        }
        return !onTrial && served > pauseNanos ? pauseNanos : Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
    }

    private void count(int failures) {
        attempts = Math.min(REMEMBERED, attempts + 1);
        failureRate += (failures - failureRate) / attempts;
    }

    private static double within(double rate) {
        return Math.max(LEAST, Math.min(MOST, rate));
    }

    /**
     * Returns whether other keys are preferred: during its pause, and afterwards except for one attempt that tries it.
     *
     * @param isTried whether an attempt tries it already, or none may
     */
    boolean isPassedOver(long nowNanos, boolean isTried) {
        return onTrial && (isTried || passedOverUntil > nowNanos);
    }

    boolean isOnTrial() {
        return onTrial;
    }

    /** Describes why the key is passed over. */
    String inWords(long nowNanos) {
        long left = passedOverUntil - nowNanos;
        return "key '" + answeredBy + "' answered after this one had failed " + times(failuresInARow)
                + (left > 0 ? "; it is passed over for " + (left / 1_000_000_000L + 1) + " s" : "; one call tries it");
    }

    private static String times(int count) {
        return count <= 1 ? "once" : count + " times in a row";
    }

    /** Returns the verdict of the last conviction. */
    PassedOver verdict() {
        return new PassedOver(Math.max(1, failuresInARow), Objects.requireNonNull(answeredBy));
    }

    /**
     * Returns how near the key is to conviction, from 0 to 1; 0 for a convicted one, which is to be tried soon. It fades with the
     * time since the last failure, as a key that is avoided can't clear itself.
     */
    double degree(long nowNanos) {
        if (onTrial || score == 0) {
            return 0;
        }
        double fresh = 1 - (double) (nowNanos - failedNanos) / LONGEST_PAUSE_NANOS;
        return Math.max(0, fresh) * Math.min(1, score / CONVICTED);
    }
}

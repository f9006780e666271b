package io.github.geminipool.internal.choice;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a key fails although others succeed: a sequential test of "it fails nine times of ten" against "it fails as the best
 * other key does". If the others are well, a few failures convict a key; if all fail now and then, it takes more; if all are dead,
 * none do. A convicted key is passed over: others are preferred, for longer each time, then one attempt at a time tries it again.
 * Guarded by the model pool's lock.
 *
 * @see <a href="https://en.wikipedia.org/wiki/CUSUM">the method, CUSUM</a>
 */
final class Suspicion {

    /** The odds at which a key is convicted: a healthy key reaches them once in many thousands of attempts. */
    private static final double CONVICTED = Math.log(5_000);

    /** The failure rate of a bad key. */
    private static final double BAD = 0.9;

    /** What one more failure adds if the others are well. After a conviction, the score is set to just this much below it. */
    private static final double LAST_STEP = Math.log(BAD / 0.05);

    /** A key that has failed this often and never succeeded needs no further proof. */
    private static final double NEVER_WORKED = 3;

    /** Others that fail less often than this are taken to be well. */
    private static final double BELIEVED_WELL = 0.5;

    private static final double LEAST = 0.005;
    private static final double MOST = 0.98;

    /** The failure rate covers at most this many attempts. */
    private static final int REMEMBERED = 50;

    /** A key is credited with this many additional attempts, at the failure rate of a healthy key. */
    private static final double IMAGINED = 4;

    private static final double IMAGINED_RATE = 0.02;

    private static final double DEVIATIONS = 2;

    /** Among e times as many equally bad keys, the best one looks better by this many deviations. */
    private static final double LUCK = 0.62;

    /** The deviations already allow for the best of this many. */
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

    /** Creates the suspicion of a key that has not failed so far. */
    Suspicion(long attemptsBefore) {
        this.attempts = Math.min(REMEMBERED, attemptsBefore);
    }

    /**
     * Returns an upper bound of the failure rate to expect from a key.
     *
     * @param suspicion null for a key that has never failed
     * @param uses the number of its attempts
     * @param others the number of keys among which the best one is sought: the more there are, the luckier it may have been
     */
    static double highestRate(@Nullable Suspicion suspicion, long uses, int others) {
        double weight = suspicion == null ? Math.min(REMEMBERED, uses) : suspicion.attempts;
        double failures = suspicion == null ? 0 : suspicion.failureRate * weight;
        double rate = (failures + IMAGINED * IMAGINED_RATE) / (weight + IMAGINED);
        double deviations = DEVIATIONS + LUCK * Math.log(Math.max(1, others / FEW));
        return rate + deviations * Math.sqrt(rate * (1 - rate) / (weight + IMAGINED));
    }

    /** Returns whether a success changes more than the failure rate, so that {@link #succeeded} needs the others' rate. */
    boolean isSuspected() {
        return score > 0 || onTrial;
    }

    /**
     * Records a success.
     *
     * @param othersRate the failure rate of the best other key; ignored unless the key is suspected
     * @param grantedNanos when the attempt began; an attempt from before the last conviction does not end the pause
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
     * Records a failure that does not show its cause.
     *
     * @param othersRate the failure rate of the best other key
     * @param other the name of the other key that answered most recently; null if none has lately
     * @param grantedNanos when the attempt began; failures of attempts from before the last conviction belong to it
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
            // The trial proves nothing: by now, the others fail as well.
            if (onTrial) {
                onTrial = false;
                pauseNanos = 0;
            }
            return false;
        }
        convict(other, nowNanos);
        return true;
    }

    /** Returns whether the key has done nothing but fail, while little speaks against the others. */
    private boolean hasNeverWorked(double expected) {
        return failureRate == 1 && attempts >= NEVER_WORKED && expected < BELIEVED_WELL;
    }

    /** Passes the key over from now on, because another one has answered. */
    void convict(String other, long nowNanos) {
        answeredBy = other;
        failedNanos = nowNanos;
        pauseNanos = nextPause(nowNanos);
        convictedNanos = nowNanos;
        passedOverUntil = nowNanos + pauseNanos;
        score = CONVICTED - LAST_STEP;
        onTrial = true;
    }

    /** Returns a longer pause than the last one, unless the key has since served for longer than that. */
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
     * @param isTried whether an attempt already tries it, or none may
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
                + (left > 0
                        ? "; it is passed over for " + (left / 1_000_000_000L + 1) + " s"
                        : "; one call at a time tries it");
    }

    private static String times(int count) {
        return count <= 1 ? "once" : count + " times in a row";
    }

    /** Returns the verdict of the last conviction. */
    PassedOver verdict() {
        return new PassedOver(Math.max(1, failuresInARow), Objects.requireNonNull(answeredBy));
    }

    /**
     * Returns how close the key is to conviction, from 0 to 1; 0 for a convicted key, so that it is tried soon. It fades with the
     * time since the last failure, because a key that is avoided can't clear itself.
     */
    double degree(long nowNanos) {
        if (onTrial || score == 0) {
            return 0;
        }
        double fresh = 1 - (double) (nowNanos - failedNanos) / LONGEST_PAUSE_NANOS;
        return Math.max(0, fresh) * Math.min(1, score / CONVICTED);
    }
}

package io.github.geminipool.internal.quota;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Estimates the tokens of prompts to one model. It learns from Gemini's counts how far estimates by size are off, and
 * reserves with a margin as wide as its recent errors. One thread at a time may call {@link #learn}; any thread may read.
 */
public final class TokenEstimate {

    private static final double WEIGHT = 0.1;
    private static final double MAX_RATIO = 10;

    /** Few prompts are further from the mean than twice the usual deviation. */
    private static final double DEVIATIONS = 2;

    private static final double MAX_MARGIN = 0.5;

    /** Below this a deviation makes no difference, and denormal numbers are slow. */
    private static final double MIN_DEVIATION = 1e-18;

    // Written without a full fence: every call learns, and readers may see an earlier estimate.
    private static final VarHandle FACTOR = handle("factor");
    private static final VarHandle DEVIATION = handle("deviation");

    private volatile double factor = 1;
    private volatile double deviation = 0.25;
    private boolean hasLearned;

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(TokenEstimate.class, field, double.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Returns the tokens to reserve for a prompt, which are seldom too few.
     *
     * @param tokens estimated from the prompt's size
     */
    public long most(long tokens) {
        return (long) Math.ceil(tokens * factor * (1 + margin()));
    }

    /**
     * Returns the minimum number of tokens of a prompt.
     *
     * @param tokens estimated from the prompt's size
     */
    public long least(long tokens) {
        return (long) (tokens * factor * (1 - margin()));
    }

    /** Returns the minimum number of tokens of a prompt for which {@link #most} reserved a number of tokens. */
    public long leastOfReserved(long reserved) {
        double margin = margin();
        return (long) (reserved * (1 - margin) / (1 + margin));
    }

    private double margin() {
        return Math.min(MAX_MARGIN, DEVIATIONS * deviation);
    }

    /**
     * Learns from the number of tokens that Gemini counted.
     *
     * @param tokens estimated from the prompt's size
     */
    public void learn(long tokens, long counted) {
        if (tokens <= 0 || counted <= 0) {
            return;
        }
        double ratio = Math.max(1 / MAX_RATIO, Math.min(MAX_RATIO, (double) counted / tokens));
        if (!hasLearned) {
            hasLearned = true;
            FACTOR.setRelease(this, ratio);
            return;
        }
        double before = factor;
        double deviationBefore = deviation;
        double deviationNow = deviationBefore + WEIGHT * (Math.abs(ratio / before - 1) - deviationBefore);
        DEVIATION.setRelease(this, deviationNow < MIN_DEVIATION ? 0.0 : deviationNow);
        FACTOR.setRelease(this, before + WEIGHT * (ratio - before));
    }
}

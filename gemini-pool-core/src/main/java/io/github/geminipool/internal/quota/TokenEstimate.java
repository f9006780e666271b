package io.github.geminipool.internal.quota;

/**
 * How far the tokens of prompts to one model are from what their size says. Learned from what Gemini counts, and reserved
 * with a margin as wide as the estimates were wrong. One thread at a time may learn; others may ask meanwhile.
 */
public final class TokenEstimate {

    private static final double WEIGHT = 0.1;
    private static final double LARGEST = 10;

    /** Twice as far from the mean as usual is few of them. */
    private static final double DEVIATIONS = 2;

    private volatile double factor = 1;
    private volatile double deviation = 0.25;
    private boolean isLearned;

    /** What to reserve for a prompt that seems to have so many tokens: seldom too little. */
    public long most(long tokens) {
        return (long) Math.ceil(tokens * factor * (1 + margin()));
    }

    /** What a prompt that seems to have so many tokens has at least. */
    public long least(long tokens) {
        return (long) (tokens * factor * (1 - margin()));
    }

    /** What a prompt has at least for which so many tokens are reserved. */
    long leastOfReserved(long reserved) {
        return (long) (reserved * (1 - margin()) / (1 + margin()));
    }

    private double margin() {
        return Math.min(0.5, DEVIATIONS * deviation);
    }

    /** A prompt that seemed to have so many tokens had others. */
    public void learn(long tokens, long counted) {
        if (tokens <= 0 || counted <= 0) {
            return;
        }
        double ratio = Math.max(1 / LARGEST, Math.min(LARGEST, (double) counted / tokens));
        if (!isLearned) {
            isLearned = true;
            factor = ratio;
            return;
        }
        double before = factor;
        double deviationBefore = deviation;
        deviation = deviationBefore + WEIGHT * (Math.abs(ratio / before - 1) - deviationBefore);
        factor = before + WEIGHT * (ratio - before);
    }
}

package io.github.geminipool.internal.choice;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How the other keys of a model do: the standard by which a failing key is judged. Guarded by the model pool's lock. */
final class Peers {

    /** Maximum number of others that are looked at. */
    private static final int SAMPLE = 64;

    /** Other keys must have got a response within this time to be witnesses. */
    static final long WITNESSED_NANOS = 60_000_000_000L;

    private final RandomGenerator random;

    Peers(RandomGenerator random) {
        this.random = random;
    }

    /** Returns the lowest failure rate among the other keys. */
    double lowestFailureRate(List<ModelKey> keys, ModelKey key) {
        int first = first(keys);
        double lowest = 1;
        int looks = Math.min(SAMPLE, keys.size());
        for (int i = 0; i < looks; i++) {
            ModelKey other = keys.get((first + i) % keys.size());
            if (other != key) {
                lowest = Math.min(lowest, other.highestFailureRate(looks - 1));
            }
        }
        return lowest;
    }

    /** Returns the other key that answered most recently; null if none has lately. */
    private @Nullable ModelKey lastToAnswer(List<ModelKey> keys, ModelKey key, long nowNanos) {
        int first = first(keys);
        ModelKey last = null;
        for (int i = 0; i < Math.min(SAMPLE, keys.size()); i++) {
            ModelKey other = keys.get((first + i) % keys.size());
            if (other != key
                    && hasAnsweredLately(other, nowNanos)
                    && (last == null || other.answeredNanos() > last.answeredNanos())) {
                last = other;
            }
        }
        return last;
    }

    static boolean hasAnsweredLately(ModelKey key, long nowNanos) {
        long answered = key.answeredNanos();
        return answered != 0 && nowNanos - answered <= WITNESSED_NANOS;
    }

    private int first(List<ModelKey> keys) {
        return keys.size() <= SAMPLE ? 0 : random.nextInt(keys.size());
    }

    /** Clears a key of part of the suspicion. */
    void succeeded(List<ModelKey> keys, ModelKey key, long grantedNanos) {
        Suspicion suspicion = key.suspicion();
        if (suspicion != null) {
            suspicion.succeeded(suspicion.isSuspected() ? lowestFailureRate(keys, key) : 0, grantedNanos);
        }
    }

    /**
     * Increases the suspicion of a key.
     *
     * @return the verdict if it is passed over from now on; else null
     */
    @Nullable
    PassedOver failed(List<ModelKey> keys, ModelKey key, long grantedNanos, long nowNanos) {
        ModelKey answered = lastToAnswer(keys, key, nowNanos);
        Suspicion suspicion = key.suspected();
        boolean convicted = suspicion.failed(
                lowestFailureRate(keys, key), answered == null ? null : answered.keyName(), grantedNanos, nowNanos);
        return convicted ? suspicion.verdict() : null;
    }

    /** Returns the key to ask after others have failed; null if no accepted key is usable. */
    @Nullable
    Witness witness(List<ModelKey> keys, KeyFilter filter, @Nullable String otherAccount, long nowNanos) {
        ModelKey best = null;
        for (ModelKey key : keys) {
            if (filter.accepts(key.health())
                    && key.excludedUntil(0) == 0
                    && (best == null || isBetterWitness(key, best, otherAccount))) {
                best = key;
            }
        }
        return best == null
                ? null
                : new Witness(best.keyName(), best.project().name(), hasAnsweredLately(best, nowNanos));
    }

    private static boolean isBetterWitness(ModelKey key, ModelKey best, @Nullable String otherAccount) {
        if (otherAccount != null) {
            boolean isOther = !key.project().billingAccount().equals(otherAccount);
            boolean bestIsOther = !best.project().billingAccount().equals(otherAccount);
            if (isOther != bestIsOther) {
                return isOther;
            }
        }
        if ((key.reluctance() > 0) != (best.reluctance() > 0)) {
            return best.reluctance() > 0;
        }
        return key.answeredNanos() != best.answeredNanos()
                ? key.answeredNanos() > best.answeredNanos()
                : key.tier() < best.tier();
    }
}

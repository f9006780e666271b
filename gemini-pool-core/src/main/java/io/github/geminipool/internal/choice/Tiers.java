package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.settings.HealthSettings;
import org.jspecify.annotations.Nullable;

/** The keys of a model by tier. The lowest tier comes first, and is used before the others. Guarded by the model pool's lock. */
final class Tiers {

    private final TierKeys[] tiers;

    Tiers(TierKeys... tiers) {
        this.tiers = tiers;
    }

    /** Returns the best usable key that a filter accepts, of the lowest tier that has one; null if there is none. */
    @Nullable
    ModelKey choose(KeyFilter filter, long tokens) {
        ModelKey secondChoice = null;
        for (TierKeys tier : tiers) {
            ModelKey key = tier.choose(filter, tokens);
            if (key != null) {
                return key;
            }
            ModelKey second = tier.secondChoice();
            if (second != null && (secondChoice == null || second.reluctance() < secondChoice.reluctance())) {
                secondChoice = second;
            }
        }
        return secondChoice;
    }

    /** Returns when a key that a filter accepts becomes usable: the scoring time if one is, or {@link PoolClock#NEVER}. */
    long nextUsable(KeyFilter filter, long tokens) {
        long next = PoolClock.NEVER;
        for (TierKeys tier : tiers) {
            next = Math.min(next, tier.nextUsable(filter, tokens));
        }
        return next;
    }

    /** Shows a sample of the keys to a search until it has found room. */
    void sample(SlotSearch search) {
        for (int i = 0; i < tiers.length && !search.hasFoundRoom(); i++) {
            tiers[i].sample(search);
        }
    }

    /** Makes all keys candidates again, after an exclusion has ended early. */
    void restoreAll() {
        for (TierKeys tier : tiers) {
            tier.restoreAll();
        }
    }

    /** Makes a key a candidate again, after its quota has changed. */
    void restore(ModelKey key) {
        for (TierKeys tier : tiers) {
            tier.restore(key);
        }
    }

    void judgeShares(HealthSettings settings) {
        for (TierKeys tier : tiers) {
            tier.judgeShares(settings);
        }
    }

    /**
     * Counts the projects among which a call may choose, in the lowest tier that has any, up to a limit.
     *
     * @param haveQuotas whether a project that is only waiting for quota counts, too
     */
    int projects(int limit, boolean haveQuotas) {
        for (TierKeys tier : tiers) {
            int count = haveQuotas ? tier.projectsThatWork(limit) : tier.projects(limit);
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }
}

package io.github.geminipool.stats;

import java.util.List;

/**
 * One project over all models: the owner of quotas, which are part of {@link ModelStats}.
 *
 * @param project its name
 * @param billingAccount the billing account's name
 * @param tier its place in the order of preference, the lowest first
 * @param keys the names of its keys
 * @param usable whether one of them may be used now, as far as no single model is concerned
 * @param inFlight attempts that hold one of them now
 * @param attempts what came of the attempts with them
 * @param share its share of all projects' attempts, 0 to 1
 */
public record ProjectUsage(
        String project,
        String billingAccount,
        int tier,
        List<String> keys,
        boolean usable,
        int inFlight,
        AttemptStats attempts,
        double share) {

    /** Copies the list. */
    public ProjectUsage {
        keys = List.copyOf(keys);
    }
}

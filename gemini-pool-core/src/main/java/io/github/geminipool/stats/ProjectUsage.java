package io.github.geminipool.stats;

import java.util.List;

/**
 * Statistics of one project over all models. Its quotas are part of {@link ModelStats}.
 *
 * @param project name of the project
 * @param billingAccount name of its billing account
 * @param tier its tier; lower tiers are preferred
 * @param keys names of its keys
 * @param usable whether at least one of its keys is usable now
 * @param inFlight number of attempts that hold one of its keys now
 * @param attempts the ended attempts with its keys
 * @param share its share of the attempts of all projects, 0 to 1
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

    /** Copies {@code keys}. */
    public ProjectUsage {
        keys = List.copyOf(keys);
    }
}

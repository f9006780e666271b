package io.github.geminipool.key;

import java.util.Objects;

/**
 * The owner of a quota. Gemini's limits are
 * <a href="https://ai.google.dev/gemini-api/docs/rate-limits">per project and model, not per key</a>: all keys of
 * one project share them.
 *
 * @param name its name in this pool; any text, need not be Google's project id
 * @param billingAccount who pays: prepaid credit, spending cap and usage tier are shared by all projects of one
 *     account. A project of its own account has its own name here
 * @param tier order of preference, lower first: keys of a higher tier are used only while no lower one is usable
 * @param weight its share of the calls beside other projects of its tier, greater than 0; selections other than the
 *     adaptive and the least-loaded one take no notice of it
 */
public record Project(String name, String billingAccount, int tier, double weight) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if a name is blank or the weight is not a positive number
     */
    public Project {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(billingAccount, "billingAccount");
        if (name.isBlank() || billingAccount.isBlank()) {
            throw new IllegalArgumentException("A project's name and billing account must not be blank");
        }
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "The weight of project '" + name + "' must be a positive number, but is " + weight);
        }
    }

    /** A project on a billing account of its own, in tier 0, of weight 1. */
    public static Project of(String name) {
        return new Project(name, name, 0, 1.0);
    }
}

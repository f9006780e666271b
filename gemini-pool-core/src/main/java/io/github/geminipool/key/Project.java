package io.github.geminipool.key;

import java.util.Map;
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
 * @param limits what it may send to any one model, as far as it is special about it
 * @param modelLimits what it may send to single models, by model name, as far as that is special about them
 */
public record Project(
        String name, String billingAccount, int tier, double weight, Limits limits, Map<String, Limits> modelLimits) {

    /**
     * Checks the components and copies the map.
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
        Objects.requireNonNull(limits, "limits");
        modelLimits = Map.copyOf(modelLimits);
    }

    /** A project of which no limits are known that are its own. */
    public Project(String name, String billingAccount, int tier, double weight) {
        this(name, billingAccount, tier, weight, Limits.NONE, Map.of());
    }

    /** A project on a billing account of its own, in tier 0, of weight 1. */
    public static Project of(String name) {
        return new Project(name, name, 0, 1.0);
    }

    /** The same project with other limits of its own. */
    public Project withLimits(Limits newLimits) {
        return new Project(name, billingAccount, tier, weight, newLimits, modelLimits);
    }

    /** The same project with other limits for single models. */
    public Project withModelLimits(Map<String, Limits> newModelLimits) {
        return new Project(name, billingAccount, tier, weight, limits, newModelLimits);
    }

    /** What it may send to a model, as far as it is special about it. */
    public Limits limitsOf(String model) {
        return modelLimits.getOrDefault(model, Limits.NONE).or(limits);
    }
}

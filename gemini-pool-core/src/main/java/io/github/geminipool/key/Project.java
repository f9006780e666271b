package io.github.geminipool.key;

import java.util.Map;
import java.util.Objects;

/**
 * A Google project, the owner of quotas. Gemini's limits are
 * <a href="https://ai.google.dev/gemini-api/docs/rate-limits">per project and model, not per key</a>: all keys of one project share
 * them. Immutable.
 *
 * @param name name of the project in this pool; need not be Google's project id
 * @param billingAccount name of the billing account. All projects of one account share its prepaid credit, spending cap and usage
 *     tier. For a project with its own account, use the project's name
 * @param tier order of preference: keys of a higher tier are used only if no key of a lower tier is usable
 * @param weight its share of the calls relative to other projects of its tier, greater than 0; used by the selections
 *     {@code ADAPTIVE} and {@code LEAST_LOADED} only
 * @param limits limits of this project for any one model; values that are null come from the model's or the pool's limits
 * @param modelLimits limits of this project for single models, by model name; values that are null come from {@code limits}
 */
public record Project(
        String name, String billingAccount, int tier, double weight, Limits limits, Map<String, Limits> modelLimits) {

    /**
     * Validates the components and copies {@code modelLimits}.
     *
     * @throws IllegalArgumentException if a name is blank or has a control character, or the weight is not a positive number
     */
    public Project {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(billingAccount, "billingAccount");
        Names.checked(name, "The name of a project");
        Names.checked(billingAccount, "The billing account of a project");
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "The weight of project '" + name + "' must be a positive number, but is " + weight);
        }
        Objects.requireNonNull(limits, "limits");
        modelLimits = Map.copyOf(modelLimits);
    }

    /** Creates a project without limits. */
    public Project(String name, String billingAccount, int tier, double weight) {
        this(name, billingAccount, tier, weight, Limits.NONE, Map.of());
    }

    /** Creates a project with its own billing account, tier 0, weight 1 and no limits. */
    public static Project of(String name) {
        return new Project(name, name, 0, 1.0);
    }

    /** Returns a copy with other limits for any one model. */
    public Project withLimits(Limits newLimits) {
        return new Project(name, billingAccount, tier, weight, newLimits, modelLimits);
    }

    /** Returns a copy with other limits for single models; replaces all of them. */
    public Project withModelLimits(Map<String, Limits> newModelLimits) {
        return new Project(name, billingAccount, tier, weight, limits, newModelLimits);
    }

    /** Returns the limits of this project for a model; values not set for the project are null. */
    public Limits limitsOf(String model) {
        return modelLimits.getOrDefault(model, Limits.NONE).or(limits);
    }
}

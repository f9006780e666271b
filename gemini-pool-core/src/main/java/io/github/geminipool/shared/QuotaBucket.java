package io.github.geminipool.shared;

import java.util.Objects;

/**
 * Names the books of one project for one model, or those of one caller's limits. Replicas that name them alike share the quota.
 * Immutable.
 *
 * @param project the configured name of the project; for a key that is its own project, the key's
 *     {@linkplain io.github.geminipool.key.Secret#fingerprint fingerprint}; for a caller, the fingerprint of its name
 * @param model the model's name, without {@code models/}; {@link #CALLER} for a caller
 */
public record QuotaBucket(String project, String model) {

    /** Stands in the place of a model in the bucket of a caller, whose limits hold over all models. */
    public static final String CALLER = "(caller)";

    /** Validates the components. */
    public QuotaBucket {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(model, "model");
    }

    /** Returns whether it is that of a caller. */
    public boolean isOfCaller() {
        return model.equals(CALLER);
    }
}

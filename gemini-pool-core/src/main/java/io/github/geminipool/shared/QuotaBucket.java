package io.github.geminipool.shared;

import java.util.Objects;

/**
 * Names the books of one project for one model. Replicas that name them alike share the quota. Immutable.
 *
 * @param project the configured name of the project; for a key that is its own project, the key's
 *     {@linkplain io.github.geminipool.key.Secret#fingerprint fingerprint}
 * @param model the model's name, without {@code models/}
 */
public record QuotaBucket(String project, String model) {

    /** Validates the components. */
    public QuotaBucket {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(model, "model");
    }
}

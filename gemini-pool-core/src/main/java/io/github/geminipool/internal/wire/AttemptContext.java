package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Scope;
import java.time.Duration;
import java.time.Instant;

/**
 * The attempt that got an error, as far as the verdict depends on it.
 *
 * @param key the key's name
 * @param project the project's name
 * @param billingAccount the billing account's name
 * @param model the name of the model pool
 * @param now the time of the response
 * @param namesResource whether the request names a resource that belongs to one project
 */
public record AttemptContext(
        String key, String project, String billingAccount, String model, Instant now, boolean namesResource) {

    /** Creates the context of a request that names no resource. */
    public AttemptContext(String key, String project, String billingAccount, String model, Instant now) {
        this(key, project, billingAccount, model, now, false);
    }

    Scope keyScope() {
        return new Scope.Key(key);
    }

    Scope projectScope() {
        return new Scope.Project(project);
    }

    Scope projectModelScope() {
        return new Scope.ProjectModel(project, model);
    }

    Scope billingScope() {
        return new Scope.BillingAccount(billingAccount);
    }

    Scope modelScope() {
        return new Scope.Model(model);
    }

    Instant after(Duration delay) {
        return now.plus(delay);
    }
}

package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The attempt that got an error, as far as the verdict depends on it.
 *
 * @param key the key's name
 * @param project the project's name
 * @param billingAccount the billing account's name
 * @param model the name of the model pool
 * @param now the time of the response
 * @param namesResource whether the request names a resource that belongs to one project
 * @param apiVersion the version of the API that the request's URL names; null if it names none
 * @param ofStandardKey whether the key is a standard key ({@code AIza…}), which Google no longer accepts
 * @param takesQuota whether the request takes from the quotas of its model, and not from others, as batches and caches do
 * @param use the use of the model
 */
public record AttemptContext(
        String key,
        String project,
        String billingAccount,
        String model,
        Instant now,
        boolean namesResource,
        @Nullable String apiVersion,
        boolean ofStandardKey,
        boolean takesQuota,
        Use use) {

    /** The version that has all models and fields. */
    private static final String FULL_VERSION = "v1beta";

    /** Creates the context of a request with an auth key. */
    public AttemptContext(
            String key, String project, String billingAccount, String model, Instant now, boolean namesResource) {
        this(key, project, billingAccount, model, now, namesResource, null, false, true, Use.PLAIN);
    }

    /** Creates the context of a request with an auth key that names no resource. */
    public AttemptContext(String key, String project, String billingAccount, String model, Instant now) {
        this(key, project, billingAccount, model, now, false, null, false, true, Use.PLAIN);
    }

    /** Returns whether the request names a model. */
    boolean namesModel() {
        return !model.equals(CallFacts.NO_MODEL);
    }

    /** Returns the version of the API if it may lack what the request asks for, else null. */
    @Nullable
    String lesserVersion() {
        return lesser(apiVersion);
    }

    /** Returns a version of the API if it may lack what a request asks for, else null. */
    static @Nullable String lesser(@Nullable String version) {
        return FULL_VERSION.equals(version) ? null : version;
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

    /** Returns the scope of a quota that the error does not name: it may be one of the use alone. */
    Scope unnamedQuotaScope() {
        return switch (use) {
            case GROUNDED, URL_CONTEXT, CODE_EXECUTION, INTERACTIONS -> useScope(use);
            default -> projectModelScope();
        };
    }

    Scope useScope(Use use) {
        return new Scope.ProjectModel(project, model, use);
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

package io.github.geminipool.settings;

import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * All settings of a pool except its keys. Start from {@link #DEFAULTS} and change what you need, as in
 * {@code DEFAULTS.withSize(50)}. Immutable; no component may be null.
 *
 * @param defaultModel the model of requests that name none; not blank
 * @param size number of instances of a model pool, 1 to 10,000, unless {@code models} sets another: the maximum number of
 *     attempts to one model at the same time
 * @param acquireTimeout how long a call may wait for leases, over all its attempts; 0 does not wait
 * @param selection how to choose among the usable keys
 * @param models settings of single models, by model name
 * @param limits limits of a project for a model. Limits in {@code models} override these, limits of the project override both,
 *     and limits of the project for the model override all; each value on its own
 * @param health when a key counts as degraded
 * @param rotation the periodic check of keys and bindings
 * @param leakDetectionThreshold after how long a call that still holds an instance is reported in the log, with the place in
 *     the code that made it; 0 turns this off
 * @param recentDecisions number of recent key choices kept with their reasons, 0 (off) to 1,000
 * @param retry which failures are retried, how often and when
 * @param http base URL and version of the API, timeouts and proxy
 */
public record GeminiPoolSettings(
        String defaultModel,
        int size,
        Duration acquireTimeout,
        Selection selection,
        Map<String, ModelSettings> models,
        Limits limits,
        HealthSettings health,
        RotationSettings rotation,
        Duration leakDetectionThreshold,
        int recentDecisions,
        RetrySettings retry,
        HttpSettings http) {

    static final int MAX_SIZE = 10_000;
    static final int MAX_DECISIONS = 1_000;

    /** The defaults: {@code gemini-flash-latest}, 10 instances per model, up to 30 s of waiting, adaptive selection. */
    public static final GeminiPoolSettings DEFAULTS = new GeminiPoolSettings(
            "gemini-flash-latest",
            10,
            Duration.ofSeconds(30),
            Selection.ADAPTIVE,
            Map.of(),
            Limits.NONE.withShare(1),
            HealthSettings.DEFAULTS,
            RotationSettings.DEFAULTS,
            Duration.ZERO,
            0,
            RetrySettings.DEFAULTS,
            HttpSettings.DEFAULTS);

    /**
     * Validates the components and copies {@code models}.
     *
     * @throws InvalidSettingException if a component is out of range
     */
    public GeminiPoolSettings {
        Objects.requireNonNull(selection, "selection");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(health, "health");
        Objects.requireNonNull(rotation, "rotation");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(http, "http");
        Check.that(!defaultModel.isBlank(), "default-model", defaultModel, "the name of a model");
        Check.that(size >= 1 && size <= MAX_SIZE, "size", size, "between 1 and 10000");
        Check.that(!acquireTimeout.isNegative(), "acquire-timeout", acquireTimeout, "0 (do not wait) or more");
        Check.that(
                !leakDetectionThreshold.isNegative(),
                "leak-detection-threshold",
                leakDetectionThreshold,
                "0 (off) or more");
        Check.that(
                recentDecisions >= 0 && recentDecisions <= MAX_DECISIONS,
                "recent-decisions",
                recentDecisions,
                "between 0 (off) and 1000");
        models = Map.copyOf(models);
        models.forEach((model, ofModel) -> Check.that(
                !ofModel.fallbacks().contains(model),
                "models[].fallbacks",
                ofModel.fallbacks(),
                "a list of models other than '" + model + "' itself"));
    }

    /** Returns the number of instances of a model's pool. */
    public int sizeOf(String model) {
        ModelSettings ofModel = models.get(model);
        return ofModel == null || ofModel.size() == null ? size : ofModel.size();
    }

    /** Returns the limits of a project for a model, from all places where they can be set. */
    public Limits limitsOf(Project project, String model) {
        ModelSettings ofModel = models.get(model);
        Limits limitsOfModel = ofModel == null ? Limits.NONE : ofModel.limits();
        return project.limitsOf(model).or(limitsOfModel).or(limits);
    }

    /** Returns the models that serve a call in turn where the given model cannot; empty if there are none. */
    public List<String> fallbacksOf(String model) {
        ModelSettings ofModel = models.get(model);
        return ofModel == null ? List.of() : ofModel.fallbacks();
    }

    /** Returns a copy with another default model. */
    public GeminiPoolSettings withDefaultModel(String newDefaultModel) {
        return with(copy -> copy.defaultModel = newDefaultModel);
    }

    /** Returns a copy with another size. */
    public GeminiPoolSettings withSize(int newSize) {
        return with(copy -> copy.size = newSize);
    }

    /** Returns a copy with another acquire timeout. */
    public GeminiPoolSettings withAcquireTimeout(Duration newAcquireTimeout) {
        return with(copy -> copy.acquireTimeout = newAcquireTimeout);
    }

    /** Returns a copy with another selection. */
    public GeminiPoolSettings withSelection(Selection newSelection) {
        return with(copy -> copy.selection = newSelection);
    }

    /** Returns a copy with other settings of single models; replaces all of them. */
    public GeminiPoolSettings withModels(Map<String, ModelSettings> newModels) {
        return with(copy -> copy.models = newModels);
    }

    /** Returns a copy with other limits. */
    public GeminiPoolSettings withLimits(Limits newLimits) {
        return with(copy -> copy.limits = newLimits);
    }

    /** Returns a copy with other health settings. */
    public GeminiPoolSettings withHealth(HealthSettings newHealth) {
        return with(copy -> copy.health = newHealth);
    }

    /** Returns a copy with other rotation settings. */
    public GeminiPoolSettings withRotation(RotationSettings newRotation) {
        return with(copy -> copy.rotation = newRotation);
    }

    /** Returns a copy with another leak detection threshold. */
    public GeminiPoolSettings withLeakDetectionThreshold(Duration newThreshold) {
        return with(copy -> copy.leakDetectionThreshold = newThreshold);
    }

    /** Returns a copy with another number of recent decisions. */
    public GeminiPoolSettings withRecentDecisions(int newRecentDecisions) {
        return with(copy -> copy.recentDecisions = newRecentDecisions);
    }

    /** Returns a copy with other retry settings. */
    public GeminiPoolSettings withRetry(RetrySettings newRetry) {
        return with(copy -> copy.retry = newRetry);
    }

    /** Returns a copy with other HTTP settings. */
    public GeminiPoolSettings withHttp(HttpSettings newHttp) {
        return with(copy -> copy.http = newHttp);
    }

    /** Returns a copy with another base URL. */
    public GeminiPoolSettings withBaseUrl(URI newBaseUrl) {
        return withHttp(http.withBaseUrl(newBaseUrl));
    }

    /** Returns a copy with another version of the API. */
    public GeminiPoolSettings withApiVersion(String newApiVersion) {
        return withHttp(http.withApiVersion(newApiVersion));
    }

    private GeminiPoolSettings with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.settings();
    }

    /** The components, to change one of them. */
    private static final class Copy {

        private String defaultModel;
        private int size;
        private Duration acquireTimeout;
        private Selection selection;
        private Map<String, ModelSettings> models;
        private Limits limits;
        private HealthSettings health;
        private RotationSettings rotation;
        private Duration leakDetectionThreshold;
        private int recentDecisions;
        private RetrySettings retry;
        private HttpSettings http;

        Copy(GeminiPoolSettings original) {
            defaultModel = original.defaultModel;
            size = original.size;
            acquireTimeout = original.acquireTimeout;
            selection = original.selection;
            models = original.models;
            limits = original.limits;
            health = original.health;
            rotation = original.rotation;
            leakDetectionThreshold = original.leakDetectionThreshold;
            recentDecisions = original.recentDecisions;
            retry = original.retry;
            http = original.http;
        }

        GeminiPoolSettings settings() {
            return new GeminiPoolSettings(
                    defaultModel,
                    size,
                    acquireTimeout,
                    selection,
                    models,
                    limits,
                    health,
                    rotation,
                    leakDetectionThreshold,
                    recentDecisions,
                    retry,
                    http);
        }
    }
}

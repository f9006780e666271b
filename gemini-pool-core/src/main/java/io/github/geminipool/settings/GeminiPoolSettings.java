package io.github.geminipool.settings;

import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything about a pool but its keys. Immutable; start from {@link #DEFAULTS} and change what matters.
 *
 * @param defaultModel used by requests that name none
 * @param size how many instances a model pool has unless {@code models} says otherwise, 1 to 10,000: so many calls
 *     to one model run at once
 * @param acquireTimeout how long one call may wait for instances, in all its attempts together
 * @param selection how a key is chosen among the usable ones
 * @param models what is special about single models, by model name
 * @param limits what a project may send to a model, unless the model, the project, or the project for the model says
 *     otherwise; each of them goes before those named before it, value by value
 * @param health when a key counts as unhealthy
 * @param rotation the periodic check of keys and bindings
 * @param leakDetectionThreshold how long a call may hold an instance before the log tells of it, with the place in the code
 *     that made the call; 0: it never does
 * @param recentDecisions of so many choices of a key the pool remembers why, 0 to 1,000
 * @param retry how failures are repeated
 * @param http where Gemini is, and timeouts
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

    /** The settings of a pool of which nothing was said. */
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
     * Checks the components and copies the models.
     *
     * @throws InvalidSettingException if one is out of its range
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
        models.forEach((model, special) -> Check.that(
                !special.fallbacks().contains(model),
                "models[].fallbacks",
                special.fallbacks(),
                "a list of models other than '" + model + "' itself"));
    }

    /** Settings without limits, and the defaults for the health of keys. */
    public GeminiPoolSettings(
            String defaultModel,
            int size,
            Duration acquireTimeout,
            Selection selection,
            Map<String, ModelSettings> models,
            RetrySettings retry,
            HttpSettings http) {
        this(
                defaultModel,
                size,
                acquireTimeout,
                selection,
                models,
                Limits.NONE,
                HealthSettings.DEFAULTS,
                RotationSettings.DEFAULTS,
                Duration.ZERO,
                0,
                retry,
                http);
    }

    /** The size of a model's pool. */
    public int sizeOf(String model) {
        ModelSettings special = models.get(model);
        return special == null || special.size() == null ? size : special.size();
    }

    /** What a project may send to a model. */
    public Limits limitsOf(Project project, String model) {
        ModelSettings special = models.get(model);
        Limits ofModel = special == null ? Limits.NONE : special.limits();
        return project.limitsOf(model).or(ofModel).or(limits);
    }

    /** The models to go on with where a model can't serve a call, in order. */
    public List<String> fallbacksOf(String model) {
        ModelSettings special = models.get(model);
        return special == null ? List.of() : special.fallbacks();
    }

    /** The same settings with another default model. */
    public GeminiPoolSettings withDefaultModel(String newDefaultModel) {
        return new GeminiPoolSettings(
                newDefaultModel,
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

    /** The same settings with another size. */
    public GeminiPoolSettings withSize(int newSize) {
        return new GeminiPoolSettings(
                defaultModel,
                newSize,
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

    /** The same settings with another acquire timeout. */
    public GeminiPoolSettings withAcquireTimeout(Duration newAcquireTimeout) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                newAcquireTimeout,
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

    /** The same settings with another way to choose a key. */
    public GeminiPoolSettings withSelection(Selection newSelection) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                acquireTimeout,
                newSelection,
                models,
                limits,
                health,
                rotation,
                leakDetectionThreshold,
                recentDecisions,
                retry,
                http);
    }

    /** The same settings with other specials of models. */
    public GeminiPoolSettings withModels(Map<String, ModelSettings> newModels) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                acquireTimeout,
                selection,
                newModels,
                limits,
                health,
                rotation,
                leakDetectionThreshold,
                recentDecisions,
                retry,
                http);
    }

    /** The same settings with other limits. */
    public GeminiPoolSettings withLimits(Limits newLimits) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                acquireTimeout,
                selection,
                models,
                newLimits,
                health,
                rotation,
                leakDetectionThreshold,
                recentDecisions,
                retry,
                http);
    }

    /** The same settings with another measure of health. */
    public GeminiPoolSettings withHealth(HealthSettings newHealth) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                acquireTimeout,
                selection,
                models,
                limits,
                newHealth,
                rotation,
                leakDetectionThreshold,
                recentDecisions,
                retry,
                http);
    }

    /** The same settings with another periodic check. */
    public GeminiPoolSettings withRotation(RotationSettings newRotation) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                acquireTimeout,
                selection,
                models,
                limits,
                health,
                newRotation,
                leakDetectionThreshold,
                recentDecisions,
                retry,
                http);
    }

    /** The same settings with another threshold of leak detection. */
    public GeminiPoolSettings withLeakDetectionThreshold(Duration newThreshold) {
        return new GeminiPoolSettings(
                defaultModel,
                size,
                acquireTimeout,
                selection,
                models,
                limits,
                health,
                rotation,
                newThreshold,
                recentDecisions,
                retry,
                http);
    }

    /** The same settings with another number of choices of which it is remembered why. */
    public GeminiPoolSettings withRecentDecisions(int newRecentDecisions) {
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
                newRecentDecisions,
                retry,
                http);
    }

    /** The same settings with another way to repeat. */
    public GeminiPoolSettings withRetry(RetrySettings newRetry) {
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
                newRetry,
                http);
    }

    /** The same settings with other HTTP settings. */
    public GeminiPoolSettings withHttp(HttpSettings newHttp) {
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
                newHttp);
    }

    /** The same settings for another base URL. */
    public GeminiPoolSettings withBaseUrl(URI newBaseUrl) {
        return withHttp(http.withBaseUrl(newBaseUrl));
    }
}

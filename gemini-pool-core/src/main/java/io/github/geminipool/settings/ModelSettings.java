package io.github.geminipool.settings;

import io.github.geminipool.key.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one model. Immutable.
 *
 * @param size number of instances of the model's pool, 1 to 10,000; null for the pool-wide size
 * @param fallbacks models that serve a call instead, tried in this order, when no project may use the model, its daily quota is
 *     used up, or it is overloaded; empty for none. A fallback's own fallbacks are not tried
 * @param limits limits of a project for this model; values that are null come from the pool-wide limits
 */
public record ModelSettings(@Nullable Integer size, List<String> fallbacks, Limits limits) {

    /** No settings of its own: pool-wide size and limits, no fallbacks. */
    public static final ModelSettings DEFAULTS = new ModelSettings(null, List.of());

    private static final String TUNED = "tunedModels/";

    /**
     * Validates the components and copies {@code fallbacks}.
     *
     * @throws InvalidSettingException if a component is out of range
     */
    public ModelSettings {
        if (size != null) {
            Check.that(size >= 1 && size <= GeminiPoolSettings.MAX_SIZE, "models[].size", size, "between 1 and 10000");
        }
        Check.that(
                fallbacks.stream().allMatch(ModelSettings::isModel)
                        && new HashSet<>(fallbacks).size() == fallbacks.size(),
                "models[].fallbacks",
                fallbacks,
                "a list of distinct model names without the prefix 'models/'");
        fallbacks = List.copyOf(fallbacks);
        Objects.requireNonNull(limits, "limits");
    }

    /** Creates settings without limits for this model. */
    public ModelSettings(@Nullable Integer size, List<String> fallbacks) {
        this(size, fallbacks, Limits.NONE);
    }

    /** Creates settings with a size only: no fallbacks, no limits for this model. */
    public ModelSettings(int size) {
        this(size, List.of());
    }

    private static boolean isModel(String name) {
        String bare = name.startsWith(TUNED) ? name.substring(TUNED.length()) : name;
        return !bare.isBlank() && !bare.contains("/");
    }

    /** Returns a copy with another size. */
    public ModelSettings withSize(int newSize) {
        return new ModelSettings(newSize, fallbacks, limits);
    }

    /** Returns a copy with other fallbacks. */
    public ModelSettings withFallbacks(String... newFallbacks) {
        return new ModelSettings(size, List.of(newFallbacks), limits);
    }

    /** Returns a copy with other limits. */
    public ModelSettings withLimits(Limits newLimits) {
        return new ModelSettings(size, fallbacks, newLimits);
    }
}

package io.github.geminipool.settings;

import io.github.geminipool.key.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is special about one model.
 *
 * @param size how many instances its model pool has, 1 to 10,000; null: as many as the others
 * @param fallbacks models to go on with, in this order, where no project may use the model, its quota of the day is used
 *     up, or it is overloaded; what is set for them as models of their own, fallbacks included, is not used then
 * @param limits what a project may send to it, as far as that is special
 */
public record ModelSettings(@Nullable Integer size, List<String> fallbacks, Limits limits) {

    /** Nothing special. */
    public static final ModelSettings DEFAULTS = new ModelSettings(null, List.of());

    private static final String TUNED = "tunedModels/";

    /**
     * Checks the components and copies the fallbacks.
     *
     * @throws InvalidSettingException if one is out of its range
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
                "a list of models, each once, without 'models/' before their names");
        fallbacks = List.copyOf(fallbacks);
        Objects.requireNonNull(limits, "limits");
    }

    /** A model without limits of its own. */
    public ModelSettings(@Nullable Integer size, List<String> fallbacks) {
        this(size, fallbacks, Limits.NONE);
    }

    /** A model with a size of its own. */
    public ModelSettings(int size) {
        this(size, List.of());
    }

    private static boolean isModel(String name) {
        String bare = name.startsWith(TUNED) ? name.substring(TUNED.length()) : name;
        return !bare.isBlank() && !bare.contains("/");
    }

    /** The same settings with another size. */
    public ModelSettings withSize(int newSize) {
        return new ModelSettings(newSize, fallbacks, limits);
    }

    /** The same settings with other fallbacks. */
    public ModelSettings withFallbacks(String... newFallbacks) {
        return new ModelSettings(size, List.of(newFallbacks), limits);
    }

    /** The same settings with other limits. */
    public ModelSettings withLimits(Limits newLimits) {
        return new ModelSettings(size, fallbacks, newLimits);
    }
}

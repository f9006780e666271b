package io.github.geminipool.stats;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a key for an attempt, with its reasons. The reasons are texts for people and may change between versions.
 *
 * @param at when the key was chosen
 * @param model the model of the attempt
 * @param key name of the chosen key; null if no key could be chosen
 * @param reason why that key was chosen, or why none was
 * @param others why other keys were not chosen, by key name; at most fifty of them
 */
public record KeyDecision(
        Instant at, String model, @Nullable String key, String reason, Map<String, String> others) {

    /** Copies {@code others}, and keeps its order. */
    public KeyDecision {
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /** Describes the choice in words. */
    @Override
    public String toString() {
        StringBuilder words =
                new StringBuilder(at + " " + model + ": " + (key == null ? "no key" : key) + ", " + reason);
        others.forEach((other, why) ->
                words.append("; not ").append(other).append(": ").append(why));
        return words.toString();
    }
}

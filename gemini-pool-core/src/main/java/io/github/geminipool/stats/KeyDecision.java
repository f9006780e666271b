package io.github.geminipool.stats;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt got the key that it got, and why not another one; or why a call got none.
 *
 * @param at when that was decided
 * @param model for which model
 * @param key the name of the key that was chosen; null if there was none
 * @param reason why that one, or why none
 * @param others of the other keys, why they were not chosen; of a large pool the first fifty only
 */
public record KeyDecision(
        Instant at, String model, @Nullable String key, String reason, Map<String, String> others) {

    /** Copies the map, and keeps its order. */
    public KeyDecision {
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /** Says it in words. */
    @Override
    public String toString() {
        StringBuilder words =
                new StringBuilder(at + " " + model + ": " + (key == null ? "no key" : key) + ", " + reason);
        others.forEach((other, why) ->
                words.append("; not ").append(other).append(": ").append(why));
        return words.toString();
    }
}

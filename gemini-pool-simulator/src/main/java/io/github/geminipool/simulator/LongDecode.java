package io.github.geminipool.simulator;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a model's answers come in several hops: each but the last ends with {@code finishReason: CONTINUATION} and a token, with
 * which the client asks for the next. Immutable.
 *
 * @param model model name without {@code models/}
 * @param hops number of hops of each answer
 * @param emptyHops hops that only think and have no text, counted from 1
 */
public record LongDecode(String model, int hops, Set<Integer> emptyHops) {

    /** Validates the hops. */
    public LongDecode {
        emptyHops = Set.copyOf(emptyHops);
        if (hops < 1 || emptyHops.size() >= hops) {
            throw new IllegalArgumentException(
                    "At least one hop must have text: " + hops + " hops, empty " + emptyHops);
        }
    }

    /**
     * Returns a long decode in which each hop has text.
     *
     * @param model model name without {@code models/}
     * @param hops number of hops, at least 1
     * @return the long decode
     */
    public static LongDecode of(String model, int hops) {
        return new LongDecode(model, hops, Set.of());
    }

    /**
     * Returns this long decode with hops that only think.
     *
     * @param numbers their numbers, counted from 1; not all
     * @return a new long decode
     */
    public LongDecode emptyHops(int... numbers) {
        return new LongDecode(model, hops, Arrays.stream(numbers).boxed().collect(Collectors.toSet()));
    }
}

package io.github.geminipool.shared;

import java.time.Duration;
import java.util.Objects;

/**
 * Something that all replicas are to know. A store keeps one fact of a kind and name, does not look into its value, and forgets it when
 * it ends. Keys are named by their {@linkplain io.github.geminipool.key.Secret#fingerprint fingerprints}: a fact holds no secret and no
 * part of one. Immutable.
 *
 * @param kind what it is about
 * @param name identifies it among those of its kind
 * @param value what is said, in the core's own words, of any characters; for exclusions for instance the cause, the strikes and the
 *     masked reason
 * @param by the {@linkplain io.github.geminipool.spi.SharedStore#replica replica} that says it
 * @param lasts for how long it holds, from now on; more than zero. No replica's clock has to be right
 * @param precedence what happens to a fact of the same kind and name
 */
public record Fact(FactKind kind, String name, String value, String by, Duration lasts, Precedence precedence) {

    /** Which of two facts of the same kind and name holds. */
    public enum Precedence {
        /** The later one. */
        LATEST,
        /** The one that ends later; of two that end together, the one that was there. */
        LONGEST
    }

    /**
     * Validates the components.
     *
     * @throws IllegalArgumentException if the fact is over before it begins
     */
    public Fact {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(precedence, "precedence");
        if (lasts.isNegative() || lasts.isZero()) {
            throw new IllegalArgumentException("A fact lasts for more than no time: " + kind + " " + name);
        }
    }
}

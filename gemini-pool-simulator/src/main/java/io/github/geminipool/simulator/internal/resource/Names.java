package io.github.geminipool.simulator.internal.resource;

import java.util.random.RandomGenerator;

/** Names for new resources, such as Google makes them. Thread-safe if its source of randomness is. */
public final class Names {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 12;

    private final RandomGenerator random;

    /**
     * Names drawn from a source.
     *
     * @param random the source
     */
    public Names(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A new name.
     *
     * @return 12 letters and digits
     */
    public String next() {
        StringBuilder name = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return name.toString();
    }
}

package io.github.geminipool.simulator.internal.resource;

import java.util.random.RandomGenerator;

/** Random names for new resources, like Google's. Thread-safe if the random generator is. */
public final class Names {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 12;

    private final RandomGenerator random;

    /**
     * Creates a generator of names.
     *
     * @param random the random generator
     */
    public Names(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Returns a new name.
     *
     * @return 12 lower-case letters and digits
     */
    public String next() {
        StringBuilder name = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return name.toString();
    }
}

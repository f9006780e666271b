package io.github.geminipool.settings;

/**
 * What is special about one model.
 *
 * @param size how many instances its model pool has, 1 to 10,000
 */
public record ModelSettings(int size) {

    /**
     * Checks the size.
     *
     * @throws InvalidSettingException if it is out of its range
     */
    public ModelSettings {
        Check.that(size >= 1 && size <= GeminiPoolSettings.MAX_SIZE, "models[].size", size, "between 1 and 10000");
    }
}

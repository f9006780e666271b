package io.github.geminipool;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Part;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to generate, and how the pool is to go about it. Immutable: every method that sets something returns a new
 * value.
 *
 * <pre>{@code
 * GenerationRequest request = GenerationRequest.of("Why is the sky blue?")
 *         .model("gemini-flash-latest")
 *         .temperature(0.9f)
 *         .maxAttempts(5)
 *         .notProjects("reserve");
 * }</pre>
 */
public final class GenerationRequest {

    private final List<Content> contents;
    private final @Nullable String model;
    private final @Nullable GenerateContentConfig config;
    private final CallOptions options;

    GenerationRequest(
            List<Content> contents,
            @Nullable String model,
            @Nullable GenerateContentConfig config,
            CallOptions options) {
        this.contents = List.copyOf(contents);
        this.model = model;
        this.config = config;
        this.options = options;
    }

    /** A prompt of text. */
    public static GenerationRequest of(String prompt) {
        return of(Content.fromParts(Part.fromText(Objects.requireNonNull(prompt, "prompt"))));
    }

    /** A prompt of parts, such as text with an image. */
    public static GenerationRequest of(Content content) {
        return of(List.of(content));
    }

    /** A conversation. */
    public static GenerationRequest of(List<Content> contents) {
        return new GenerationRequest(contents, null, null, CallOptions.NONE);
    }

    /** For a model, instead of the pool's default. */
    public GenerationRequest model(String newModel) {
        return new GenerationRequest(contents, Objects.requireNonNull(newModel, "model"), config, options);
    }

    /** With a configuration; it replaces whatever was set of one before. */
    public GenerationRequest config(GenerateContentConfig newConfig) {
        return new GenerationRequest(contents, model, Objects.requireNonNull(newConfig, "config"), options);
    }

    /** With a temperature, 0 to 2. */
    public GenerationRequest temperature(float temperature) {
        return config(configBuilder().temperature(temperature).build());
    }

    /** With a system instruction. */
    public GenerationRequest systemInstruction(String instruction) {
        return config(configBuilder()
                .systemInstruction(Content.fromParts(Part.fromText(instruction)))
                .build());
    }

    private GenerateContentConfig.Builder configBuilder() {
        return config == null ? GenerateContentConfig.builder() : config.toBuilder();
    }

    /**
     * With at most so many attempts: the first one and its repeats after overload, server errors and network
     * failures. Going on with another key is not counted.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public GenerationRequest maxAttempts(int maxAttempts) {
        return options(options.withMaxAttempts(maxAttempts));
    }

    /**
     * Telling why each attempt gets its key, and none of the others: {@link GenerationResult#decisions()}. It costs a look at all
     * keys.
     */
    public GenerationRequest explain() {
        return options(options.withExplained(true));
    }

    /**
     * WaitingRequests so long for instances at most, in all attempts together; 0 does not wait.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public GenerationRequest acquireTimeout(Duration acquireTimeout) {
        return options(options.withAcquireTimeout(acquireTimeout));
    }

    /**
     * Taking so long in all at most, from the call to the end of its answer.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public GenerationRequest deadline(Duration deadline) {
        return options(options.withDeadline(deadline));
    }

    /**
     * With these keys only, such as a customer's own, beside those of {@link #onlyProjects}. Where none of them can be
     * used in time, the call fails, whatever other keys there are.
     *
     * @param names names of keys, at least one
     */
    public GenerationRequest onlyKeys(String... names) {
        return keys(options.keys().withOnlyKeys(someOf(names)));
    }

    /**
     * With keys of these projects only, beside those of {@link #onlyKeys}.
     *
     * @param names names of projects, at least one
     */
    public GenerationRequest onlyProjects(String... names) {
        return keys(options.keys().withOnlyProjects(someOf(names)));
    }

    /**
     * Without these keys, even where they are named otherwise.
     *
     * @param names names of keys, at least one
     */
    public GenerationRequest notKeys(String... names) {
        return keys(options.keys().withNotKeys(someOf(names)));
    }

    /**
     * Without keys of these projects, even where they are named otherwise.
     *
     * @param names names of projects, at least one
     */
    public GenerationRequest notProjects(String... names) {
        return keys(options.keys().withNotProjects(someOf(names)));
    }

    /**
     * With a key of this project as long as one of them is usable, whatever its tier and load; with any other key
     * otherwise.
     */
    public GenerationRequest preferredProject(String name) {
        return keys(options.keys().withPreferredProject(Objects.requireNonNull(name, "name")));
    }

    private static Set<String> someOf(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("At least one name is needed");
        }
        return new LinkedHashSet<>(List.of(names));
    }

    private GenerationRequest keys(KeyChoice keys) {
        return options(options.withKeys(keys));
    }

    GenerationRequest options(CallOptions newOptions) {
        return new GenerationRequest(contents, model, config, newOptions);
    }

    /** The conversation. */
    public List<Content> contents() {
        return contents;
    }

    /** The model, or null for the pool's default. */
    public @Nullable String model() {
        return model;
    }

    /** The configuration, or null for none. */
    public @Nullable GenerateContentConfig config() {
        return config;
    }

    /** What concerns the pool. */
    public CallOptions options() {
        return options;
    }

    /** Shows what concerns the pool, and no contents. */
    @Override
    public String toString() {
        return "GenerationRequest[model=" + model + ", contents=" + contents.size() + ", " + options + "]";
    }
}

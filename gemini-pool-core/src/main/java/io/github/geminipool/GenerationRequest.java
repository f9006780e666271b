package io.github.geminipool;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Part;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.spi.ServiceTier;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to generate content, with options for the pool. Immutable: methods that set something return a changed copy. No argument
 * may be null.
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

    /** Creates a request with a text prompt. */
    public static GenerationRequest of(String prompt) {
        return of(Content.fromParts(Part.fromText(Objects.requireNonNull(prompt, "prompt"))));
    }

    /** Creates a request with a prompt of several parts, such as text and an image. */
    public static GenerationRequest of(Content content) {
        return of(List.of(content));
    }

    /** Creates a request with a conversation. */
    public static GenerationRequest of(List<Content> contents) {
        return new GenerationRequest(contents, null, null, CallOptions.NONE);
    }

    /** Sets the model; without it, the pool's default model is used. */
    public GenerationRequest model(String newModel) {
        return new GenerationRequest(contents, Objects.requireNonNull(newModel, "model"), config, options);
    }

    /** Sets the configuration; replaces all of it, including temperature and system instruction. */
    public GenerationRequest config(GenerateContentConfig newConfig) {
        return new GenerationRequest(contents, model, Objects.requireNonNull(newConfig, "config"), options);
    }

    /** Sets the temperature, 0 to 2. */
    public GenerationRequest temperature(float temperature) {
        return config(configBuilder().temperature(temperature).build());
    }

    /** Sets the system instruction. */
    public GenerationRequest systemInstruction(String instruction) {
        return config(configBuilder()
                .systemInstruction(Content.fromParts(Part.fromText(instruction)))
                .build());
    }

    /**
     * Sets the service tier: {@code FLEX} costs half as much, but Gemini may take a quarter of an hour to answer, or refuse the
     * request for lack of capacity; {@code PRIORITY} costs more and is served first. {@link GenerationResult#serviceTier()} says
     * which tier served the response. The pool waits 15 minutes for an answer to a {@code FLEX} request, whatever {@code
     * http.read-timeout} says. It retries with back-offs of 1 second, 2 seconds and so on up to a minute, for 15 minutes or until
     * the deadline.
     *
     * <p>Part of the {@linkplain #config configuration}: the method called last wins.
     */
    public GenerationRequest serviceTier(ServiceTier tier) {
        return config(configBuilder()
                .serviceTier(
                        switch (tier) {
                            case STANDARD -> com.google.genai.types.ServiceTier.Known.STANDARD;
                            case FLEX -> com.google.genai.types.ServiceTier.Known.FLEX;
                            case PRIORITY -> com.google.genai.types.ServiceTier.Known.PRIORITY;
                        })
                .build());
    }

    /**
     * Sets how long a request of the {@link ServiceTier#FLEX} tier waits for Gemini to begin its answer before it moves to the
     * standard tier. It moves earlier if Gemini has no flex capacity and no further attempt will be made. The flex attempt is then
     * cancelled, but Gemini may still finish it, so <b>such a request may be billed twice</b>. No effect on requests of other
     * tiers.
     *
     * @throws IllegalArgumentException if {@code upgradeAfter} is 0 or negative
     */
    public GenerationRequest upgradeAfter(Duration upgradeAfter) {
        return options(options.withUpgradeAfter(Objects.requireNonNull(upgradeAfter, "upgradeAfter")));
    }

    /** Returns whether the request is of the flex tier. */
    boolean isFlex() {
        return config != null
                && config.serviceTier()
                        .filter(tier -> tier.knownEnum() == com.google.genai.types.ServiceTier.Known.FLEX)
                        .isPresent();
    }

    private GenerateContentConfig.Builder configBuilder() {
        return config == null ? GenerateContentConfig.builder() : config.toBuilder();
    }

    /**
     * Sets the maximum number of attempts: the first one and its retries after overload, server errors and network failures. Failovers
     * to another key do not count.
     *
     * @throws IllegalArgumentException if {@code maxAttempts} is less than 1
     */
    public GenerationRequest maxAttempts(int maxAttempts) {
        return options(options.withMaxAttempts(maxAttempts));
    }

    /**
     * Asks for an explanation of the key choices, returned by {@link GenerationResult#decisions()}. Each attempt then examines all
     * keys, which takes longer.
     */
    public GenerationRequest explain() {
        return options(options.withExplained(true));
    }

    /**
     * Sets how long the call may wait for leases, over all its attempts; with 0 it does not wait.
     *
     * @throws IllegalArgumentException if {@code acquireTimeout} is negative
     */
    public GenerationRequest acquireTimeout(Duration acquireTimeout) {
        return options(options.withAcquireTimeout(acquireTimeout));
    }

    /**
     * Sets how long the call may take altogether, up to the end of its response.
     *
     * @throws IllegalArgumentException if {@code deadline} is 0 or negative
     */
    public GenerationRequest deadline(Duration deadline) {
        return options(options.withDeadline(deadline));
    }

    /**
     * Sets the caller, for whom the call is made: a user, a tenant, a guild. Callers take turns, so that one with many calls does
     * not make the others wait.
     *
     * @throws IllegalArgumentException if {@code caller} is blank
     */
    public GenerationRequest caller(String caller) {
        return options(options.withCaller(Objects.requireNonNull(caller, "caller")));
    }

    /** Sets how urgent the call is. */
    public GenerationRequest priority(Priority priority) {
        return options(options.withPriority(Objects.requireNonNull(priority, "priority")));
    }

    /**
     * Restricts the call to these keys, such as a customer's own, plus those of {@link #onlyProjects}. The call fails if none of
     * them becomes available in time, even if other keys are available.
     *
     * @param names names of keys, at least one
     */
    public GenerationRequest onlyKeys(String... names) {
        return keys(options.keys().withOnlyKeys(someOf(names)));
    }

    /**
     * Restricts the call to keys of these projects, plus those of {@link #onlyKeys}.
     *
     * @param names names of projects, at least one
     */
    public GenerationRequest onlyProjects(String... names) {
        return keys(options.keys().withOnlyProjects(someOf(names)));
    }

    /**
     * Excludes these keys; takes precedence over {@link #onlyKeys} and {@link #onlyProjects}.
     *
     * @param names names of keys, at least one
     */
    public GenerationRequest notKeys(String... names) {
        return keys(options.keys().withNotKeys(someOf(names)));
    }

    /**
     * Excludes keys of these projects; takes precedence over {@link #onlyKeys} and {@link #onlyProjects}.
     *
     * @param names names of projects, at least one
     */
    public GenerationRequest notProjects(String... names) {
        return keys(options.keys().withNotProjects(someOf(names)));
    }

    /**
     * Prefers keys of this project, whatever their tier and load, as long as one of them is usable. Otherwise other keys are used.
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

    /** Returns the conversation. */
    public List<Content> contents() {
        return contents;
    }

    /** Returns the model; null for the pool's default model. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the configuration; null for none. */
    public @Nullable GenerateContentConfig config() {
        return config;
    }

    /** Returns the options for the pool. */
    public CallOptions options() {
        return options;
    }

    /** Shows the options, but no contents. */
    @Override
    public String toString() {
        return "GenerationRequest[model=" + model + ", contents=" + contents.size() + ", " + options + "]";
    }
}

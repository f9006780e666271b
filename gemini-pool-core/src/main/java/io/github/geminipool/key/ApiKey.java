package io.github.geminipool.key;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One API key: a name for people, the secret, and the project that it belongs to.
 *
 * <p>A key without a name is called by its place in the pool ({@code Key #1}); a key without a project is a
 * project of its own. Immutable and thread-safe; {@link #toString()} shows no secret.
 */
public final class ApiKey {

    private final @Nullable String name;
    private final Secret secret;
    private final @Nullable String project;
    private final boolean enabled;

    private ApiKey(@Nullable String name, Secret secret, @Nullable String project, boolean enabled) {
        this.name = name;
        this.secret = secret;
        this.project = project;
        this.enabled = enabled;
    }

    /**
     * A key without a name and without a project.
     *
     * @throws InvalidSecretException if the value can't be a key; the message does not contain it
     */
    public static ApiKey of(String secret) {
        return of(Secret.of(secret));
    }

    /** A key without a name and without a project. */
    public static ApiKey of(Secret secret) {
        return new ApiKey(null, Objects.requireNonNull(secret, "secret"), null, true);
    }

    /** The same key under a name, which is shown wherever the pool speaks of it. */
    public ApiKey named(String newName) {
        return new ApiKey(requireText(newName, "name"), secret, project, enabled);
    }

    /** The same key as one of a project's; keys that name the same project share its quota. */
    public ApiKey inProject(String newProject) {
        return new ApiKey(name, secret, requireText(newProject, "project"), enabled);
    }

    /** The same key, known to the pool but not used. */
    public ApiKey disabled() {
        return new ApiKey(name, secret, project, false);
    }

    private static String requireText(String value, String what) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("The " + what + " of a key must not be blank");
        }
        return value;
    }

    /** The name given to it, or null: then the pool calls it by its place. */
    public @Nullable String name() {
        return name;
    }

    /** The secret. */
    public Secret secret() {
        return secret;
    }

    /** The name of its project, or null: then it is a project of its own. */
    public @Nullable String project() {
        return project;
    }

    /** Whether it is used. */
    public boolean enabled() {
        return enabled;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApiKey that
                && Objects.equals(name, that.name)
                && secret.equals(that.secret)
                && Objects.equals(project, that.project)
                && enabled == that.enabled;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, secret, project, enabled);
    }

    @Override
    public String toString() {
        return "ApiKey[name=" + name + ", project=" + project + ", enabled=" + enabled + ", secret=***]";
    }
}

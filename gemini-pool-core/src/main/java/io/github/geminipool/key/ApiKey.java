package io.github.geminipool.key;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An API key: its secret, a name for it, and the project that it belongs to.
 *
 * <p>A key without a name gets one from its position in the pool ({@code Key #1}). A key without a project is the only key of a project
 * with the key's name. Immutable and thread-safe; {@link #toString()} does not show the secret.
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
     * Creates a key without a name and a project.
     *
     * @param secret the secret value; surrounding white space is removed
     * @throws InvalidSecretException if the value cannot be an API key; the message does not contain it
     */
    public static ApiKey of(String secret) {
        return of(Secret.of(secret));
    }

    /** Creates a key without a name and a project. */
    public static ApiKey of(Secret secret) {
        return new ApiKey(null, Objects.requireNonNull(secret, "secret"), null, true);
    }

    /**
     * Returns a copy with a name. The pool uses it in logs, events, statistics and exceptions.
     *
     * @throws IllegalArgumentException if the name is blank, has a control character, or contains the secret
     */
    public ApiKey named(String newName) {
        return new ApiKey(checked(newName, "name"), secret, project, enabled);
    }

    /**
     * Returns a copy that belongs to a project. Keys of one project share its quotas.
     *
     * @param newProject name of the project
     * @throws IllegalArgumentException if the name is blank, has a control character, or contains the secret
     */
    public ApiKey inProject(String newProject) {
        return new ApiKey(name, secret, checked(newProject, "project"), enabled);
    }

    /** Returns a disabled copy: the pool does not use it until it is enabled. */
    public ApiKey disabled() {
        return new ApiKey(name, secret, project, false);
    }

    private String checked(String value, String what) {
        String name = Names.checked(value, "The " + what + " of a key");
        if (secret.isShownBy(name)) {
            throw new IllegalArgumentException("The " + what + " of a key must not contain its secret");
        }
        return name;
    }

    /** Returns the name; null if it gets one from its position in the pool. */
    public @Nullable String name() {
        return name;
    }

    /** Returns the secret. */
    public Secret secret() {
        return secret;
    }

    /** Returns the name of its project; null if it has none. */
    public @Nullable String project() {
        return project;
    }

    /** Returns whether the pool may use the key. */
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

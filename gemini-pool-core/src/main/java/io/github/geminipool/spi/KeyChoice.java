package io.github.geminipool.spi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a call may use, by names of keys and projects. Names that the pool does not know have no effect. Immutable.
 *
 * @param onlyKeys if not empty, only these keys and those of {@code onlyProjects} may be used
 * @param onlyProjects if not empty, only keys of these projects and {@code onlyKeys} may be used
 * @param notKeys keys that must not be used; takes precedence over {@code onlyKeys} and {@code onlyProjects}
 * @param notProjects projects that must not be used; takes precedence over {@code onlyKeys} and {@code onlyProjects}
 * @param preferredProject project whose keys are used before all others while one of them is usable; null for none
 */
public record KeyChoice(
        Set<String> onlyKeys,
        Set<String> onlyProjects,
        Set<String> notKeys,
        Set<String> notProjects,
        @Nullable String preferredProject) {

    /** Any key, without preference. */
    public static final KeyChoice ANY = new KeyChoice(Set.of(), Set.of(), Set.of(), Set.of(), null);

    /** Copies the sets. */
    public KeyChoice {
        onlyKeys = Set.copyOf(onlyKeys);
        onlyProjects = Set.copyOf(onlyProjects);
        notKeys = Set.copyOf(notKeys);
        notProjects = Set.copyOf(notProjects);
    }

    /** Returns whether all keys may be used. */
    public boolean isUnrestricted() {
        return !namesKeys() && notKeys.isEmpty() && notProjects.isEmpty();
    }

    /** Returns whether only named keys, or keys of named projects, may be used. */
    public boolean namesKeys() {
        return !onlyKeys.isEmpty() || !onlyProjects.isEmpty();
    }

    /** Returns whether a key may be used. */
    public boolean accepts(String key, String project) {
        return (!namesKeys() || onlyKeys.contains(key) || onlyProjects.contains(project))
                && !notKeys.contains(key)
                && !notProjects.contains(project);
    }

    /** Returns a copy with other {@code onlyKeys}. */
    public KeyChoice withOnlyKeys(Set<String> keys) {
        return new KeyChoice(keys, onlyProjects, notKeys, notProjects, preferredProject);
    }

    /** Returns a copy with other {@code onlyProjects}. */
    public KeyChoice withOnlyProjects(Set<String> projects) {
        return new KeyChoice(onlyKeys, projects, notKeys, notProjects, preferredProject);
    }

    /** Returns a copy with other {@code notKeys}. */
    public KeyChoice withNotKeys(Set<String> keys) {
        return new KeyChoice(onlyKeys, onlyProjects, keys, notProjects, preferredProject);
    }

    /** Returns a copy with other {@code notProjects}. */
    public KeyChoice withNotProjects(Set<String> projects) {
        return new KeyChoice(onlyKeys, onlyProjects, notKeys, projects, preferredProject);
    }

    /** Returns a copy with another {@code preferredProject}; null for none. */
    public KeyChoice withPreferredProject(@Nullable String project) {
        return new KeyChoice(onlyKeys, onlyProjects, notKeys, notProjects, project);
    }

    /** Describes the choice in words, such as "only project 'a', not key 'b'". */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder();
        append(words, "only key", onlyKeys);
        append(words, "only project", onlyProjects);
        append(words, "not key", notKeys);
        append(words, "not project", notProjects);
        append(words, "preferably project", preferredProject == null ? Set.of() : Set.of(preferredProject));
        return words.isEmpty() ? "any key" : words.toString();
    }

    private static void append(StringBuilder words, String what, Set<String> names) {
        names.stream()
                .sorted()
                .forEach(name -> words.append(words.isEmpty() ? "" : ", ")
                        .append(what)
                        .append(" '")
                        .append(name)
                        .append('\''));
    }
}

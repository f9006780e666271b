package io.github.geminipool.spi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the pool's keys a call may use, by the names of keys and projects. A name that the pool doesn't know excludes
 * nothing and allows nothing.
 *
 * @param onlyKeys if not empty, these keys may be used, and those of {@code onlyProjects}
 * @param onlyProjects if not empty, keys of these projects may be used, and {@code onlyKeys}
 * @param notKeys keys that may not be used, whatever else is said
 * @param notProjects projects whose keys may not be used, whatever else is said
 * @param preferredProject the project whose keys are used as long as one of them is usable, before all others; null for
 *     none
 */
public record KeyChoice(
        Set<String> onlyKeys,
        Set<String> onlyProjects,
        Set<String> notKeys,
        Set<String> notProjects,
        @Nullable String preferredProject) {

    /** Every key, none of them preferred. */
    public static final KeyChoice ANY = new KeyChoice(Set.of(), Set.of(), Set.of(), Set.of(), null);

    /** Copies the sets. */
    public KeyChoice {
        onlyKeys = Set.copyOf(onlyKeys);
        onlyProjects = Set.copyOf(onlyProjects);
        notKeys = Set.copyOf(notKeys);
        notProjects = Set.copyOf(notProjects);
    }

    /** Whether every key may be used. */
    public boolean isUnrestricted() {
        return !namesKeys() && notKeys.isEmpty() && notProjects.isEmpty();
    }

    /** Whether it says which keys may be used, rather than which may not. */
    public boolean namesKeys() {
        return !onlyKeys.isEmpty() || !onlyProjects.isEmpty();
    }

    /** Whether a key may be used. */
    public boolean accepts(String key, String project) {
        return (!namesKeys() || onlyKeys.contains(key) || onlyProjects.contains(project))
                && !notKeys.contains(key)
                && !notProjects.contains(project);
    }

    /** The same choice with other {@code onlyKeys}. */
    public KeyChoice withOnlyKeys(Set<String> keys) {
        return new KeyChoice(keys, onlyProjects, notKeys, notProjects, preferredProject);
    }

    /** The same choice with other {@code onlyProjects}. */
    public KeyChoice withOnlyProjects(Set<String> projects) {
        return new KeyChoice(onlyKeys, projects, notKeys, notProjects, preferredProject);
    }

    /** The same choice with other {@code notKeys}. */
    public KeyChoice withNotKeys(Set<String> keys) {
        return new KeyChoice(onlyKeys, onlyProjects, keys, notProjects, preferredProject);
    }

    /** The same choice with other {@code notProjects}. */
    public KeyChoice withNotProjects(Set<String> projects) {
        return new KeyChoice(onlyKeys, onlyProjects, notKeys, projects, preferredProject);
    }

    /** The same choice with another {@code preferredProject}. */
    public KeyChoice withPreferredProject(@Nullable String project) {
        return new KeyChoice(onlyKeys, onlyProjects, notKeys, notProjects, project);
    }

    /** Says it in words, such as "only project 'a', not key 'b'". */
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

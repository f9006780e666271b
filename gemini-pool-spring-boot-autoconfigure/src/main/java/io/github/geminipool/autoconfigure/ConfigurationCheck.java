package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.diagnosis.PropertyOrigin;
import io.github.geminipool.autoconfigure.diagnosis.SimilarName;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.InvalidSettingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Finds configuration that can hardly be meant. */
final class ConfigurationCheck {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)}");

    private static final Pattern SECRET = Pattern.compile("^keys(?![a-z-])|password");

    private final Environment environment;
    private final String prefix;
    private final PropertyOrigin origin;

    /**
     * Creates a check of a pool's properties.
     *
     * @param prefix their prefix, without a dot at its end
     */
    ConfigurationCheck(Environment environment, String prefix) {
        this.environment = environment;
        this.prefix = prefix;
        this.origin = new PropertyOrigin(environment);
    }

    /**
     * Refuses an environment variable that looks like the one for the keys. Only to be called if there are no keys: otherwise it
     * may be the variable that {@code gemini.pool.keys} refers to.
     *
     * @throws InvalidSettingException if {@code gemini.pool.key} is set
     */
    void refuseSingular() {
        String variable = prefix.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT) + "_KEY";
        if (environment.getProperty(prefix + ".key") != null || environment.getProperty(variable) != null) {
            throw new InvalidSettingException(
                    "key", "not a property", "nothing, and gemini.pool.keys to the key or the keys");
        }
    }

    /**
     * Refuses properties of the pool that do not exist. System sources are not checked, since their variables have other names.
     * Binding itself can't do this: it would also refuse a list that another source overrides.
     *
     * @throws UnboundConfigurationPropertiesException if there is one
     */
    void refuseUnknown() {
        Set<ConfigurationProperty> unknown = new LinkedHashSet<>();
        ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
        UnboundElementsSourceFilter filter = new UnboundElementsSourceFilter();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            boolean ofSystem = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
            if (!ofSystem && filter.apply(source) && source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(name -> root.isAncestorOf(name) && !PropertyNames.isKnown(name, root))
                        .map(source::getConfigurationProperty)
                        .filter(Objects::nonNull)
                        .forEach(unknown::add);
            }
        }
        if (!unknown.isEmpty()) {
            throw new UnboundConfigurationPropertiesException(unknown);
        }
    }

    /**
     * Refuses texts that refer to a variable that is not set. Spring Boot leaves the reference as it is, so that it would become a
     * model or a name. Keys are checked where they are read, and a password may contain anything.
     *
     * @throws InvalidSettingException if there is one
     */
    void refuseUnresolved() {
        ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(name -> root.isAncestorOf(name) && PropertyNames.isKnown(name, root))
                        .map(name -> name.subName(root.getNumberOfElements()).toString())
                        .filter(setting -> !SECRET.matcher(setting).find())
                        .forEach(this::refuseUnresolved);
            }
        }
    }

    private void refuseUnresolved(String setting) {
        String value = Binder.get(environment)
                .bind(prefix + "." + setting, String.class)
                .orElse("");
        Matcher reference = REFERENCE.matcher(value);
        if (reference.find()) {
            throw new InvalidSettingException(
                    setting,
                    reference.group() + ", which is not set",
                    "another value, or set an environment variable or property of the name " + reference.group(1));
        }
    }

    /**
     * Returns warnings about numbers without a unit that are hardly meant as what they are read as, milliseconds or bytes: most
     * people who write {@code read-timeout: 300} mean seconds.
     */
    List<String> ofUnits() {
        List<String> warnings = new ArrayList<>();
        PropertyNames.withUnits().forEach((name, unit) -> {
            String property = prefix + "." + name;
            String value = Binder.get(environment)
                    .bind(property, String.class)
                    .orElse("")
                    .strip();
            if (value.matches("[1-9]\\d{0," + (unit.usualDigits() - 1) + "}")) {
                warnings.add(property + " is " + value + ", which means " + value + " " + unit.word() + "."
                        + origin.sentence(property) + " Write its unit, as in " + value + unit.example());
            }
        });
        return warnings;
    }

    /**
     * Returns warnings about projects that no key names, and about projects of keys that are not described although others are.
     *
     * @param listed how many of the keys, from the first on, are entries of {@code gemini.pool.keys}; the others come from
     *     elsewhere
     * @param projects the projects of {@code gemini.pool.projects}
     * @param others the projects described elsewhere
     */
    List<String> ofProjects(List<ApiKey> keys, int listed, List<Project> projects, Collection<Project> others) {
        Set<String> described = new LinkedHashSet<>();
        projects.forEach(project -> described.add(project.name()));
        others.forEach(project -> described.add(project.name()));
        Set<String> named = new LinkedHashSet<>();
        keys.forEach(key -> {
            // A key without a project is a project of its own.
            String project = key.project() == null ? key.name() : key.project();
            if (project != null) {
                named.add(project);
            }
        });
        List<String> warnings = new ArrayList<>();
        if (described.isEmpty()) {
            return warnings;
        }
        for (int i = 0; i < projects.size(); i++) {
            String project = projects.get(i).name();
            if (!named.contains(project)) {
                warnings.add("No key names the project '" + project + "', so its settings have no effect."
                        + origin.sentence(prefix + ".projects[" + i + "].name") + closest(project, named)
                        + " Name it in the project of its keys, or remove it");
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            String project = keys.get(i).project();
            if (project != null && !described.contains(project)) {
                warnings.add(nameOf(keys.get(i), i, listed) + " belongs to the project '" + project
                        + "', which " + prefix + ".projects does not describe."
                        + (i < listed ? origin.sentence(prefix + ".keys[" + i + "].project") : "")
                        + closest(project, described)
                        + " Describe it there, or correct the name");
            }
        }
        return warnings;
    }

    private String nameOf(ApiKey key, int index, int listed) {
        if (key.name() != null) {
            return "The key '" + key.name() + "'";
        }
        return index < listed ? "The key " + prefix + ".keys[" + index + "]" : "A key without a name";
    }

    private static String closest(String name, Set<String> among) {
        String closest = SimilarName.of(name, among);
        return closest == null ? "" : " Did you mean '" + closest + "'?";
    }
}

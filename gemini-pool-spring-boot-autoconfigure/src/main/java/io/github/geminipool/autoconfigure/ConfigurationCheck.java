package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.InvalidSettingException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Finds what the configuration can hardly mean. */
final class ConfigurationCheck {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("gemini.pool");

    private final Environment environment;
    private final PropertyOrigin origin;

    ConfigurationCheck(Environment environment) {
        this.environment = environment;
        this.origin = new PropertyOrigin(environment);
    }

    /**
     * Refuses a property that looks like the one for the keys: an environment variable is not bound strictly.
     *
     * @throws InvalidSettingException if {@code gemini.pool.key} is set
     */
    void refuseSingular() {
        if (environment.getProperty("gemini.pool.key") != null || environment.getProperty("GEMINI_POOL_KEY") != null) {
            throw new InvalidSettingException(
                    "key", "not a property", "nothing, and gemini.pool.keys to the key or the keys");
        }
    }

    /**
     * Refuses properties of the pool that do not exist. Those of the system are not looked at, since its variables have other names.
     * Binding does not refuse them: it would refuse a list that another source overrides, too.
     *
     * @throws UnboundConfigurationPropertiesException if there is one
     */
    void refuseUnknown() {
        Set<ConfigurationProperty> unknown = new LinkedHashSet<>();
        UnboundElementsSourceFilter filter = new UnboundElementsSourceFilter();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            boolean ofSystem = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
            if (!ofSystem && filter.apply(source) && source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(name -> ROOT.isAncestorOf(name) && !PropertyNames.isKnown(name))
                        .map(source::getConfigurationProperty)
                        .filter(Objects::nonNull)
                        .forEach(unknown::add);
            }
        }
        if (!unknown.isEmpty()) {
            throw new UnboundConfigurationPropertiesException(unknown);
        }
    }

    /** Returns warnings of projects that no key names, and of keys' projects that are not described although others are. */
    List<String> ofProjects(List<ApiKey> keys, List<Project> projects) {
        Set<String> described = new LinkedHashSet<>();
        projects.forEach(project -> described.add(project.name()));
        Set<String> named = new LinkedHashSet<>();
        keys.forEach(key -> {
            if (key.project() != null) {
                named.add(key.project());
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
                        + origin.sentence("gemini.pool.projects[" + i + "].name") + closest(project, named)
                        + " Name it in the project of its keys, or remove it");
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            String project = keys.get(i).project();
            if (project != null && !described.contains(project)) {
                warnings.add("The key " + nameOf(keys.get(i), i) + " belongs to the project '" + project
                        + "', which gemini.pool.projects does not describe."
                        + origin.sentence("gemini.pool.keys[" + i + "].project") + closest(project, described)
                        + " Describe it there, or correct the name");
            }
        }
        return warnings;
    }

    private static String nameOf(ApiKey key, int index) {
        return key.name() == null ? "gemini.pool.keys[" + index + "]" : "'" + key.name() + "'";
    }

    private static String closest(String name, Set<String> among) {
        String closest = SimilarName.of(name, among);
        return closest == null ? "" : " Did you mean '" + closest + "'?";
    }
}

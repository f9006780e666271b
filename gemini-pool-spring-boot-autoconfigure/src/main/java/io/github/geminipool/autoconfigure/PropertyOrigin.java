package io.github.geminipool.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/** Finds where a property was set. Never shows its value. */
final class PropertyOrigin {

    private final Environment environment;

    PropertyOrigin(Environment environment) {
        this.environment = environment;
    }

    /**
     * Returns a sentence, with a leading space, that says where a property was set; empty if that is unknown.
     *
     * @param property its name; a list element may have been set on its own, in parts, or with the whole list
     */
    String sentence(String property) {
        for (String name : new String[] {property, property + ".value", property.replaceFirst("\\[\\d+].*$", "")}) {
            Origin origin = find(ConfigurationPropertyName.of(name));
            if (origin != null) {
                return " It comes from " + origin + ".";
            }
        }
        return "";
    }

    private @Nullable Origin find(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property.getOrigin();
            }
        }
        return null;
    }
}

package io.github.geminipool.autoconfigure.diagnosis;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/** Finds where a property was set. Never shows its value. */
public final class PropertyOrigin {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)[:}]");

    private final Environment environment;

    /** Creates a finder for the properties of an environment. */
    public PropertyOrigin(Environment environment) {
        this.environment = environment;
    }

    /**
     * Returns a sentence, with a leading space, that says where a property was set; empty if that is unknown.
     *
     * @param property its name; a list element may have been set on its own, in parts, or with the whole list
     */
    public String sentence(String property) {
        for (String name : new String[] {property, property + ".value", property.replaceFirst("\\[\\d+].*$", "")}) {
            ConfigurationProperty found = property(ConfigurationPropertyName.of(name));
            if (found != null && found.getOrigin() != null) {
                return " It comes from " + found.getOrigin() + reference(found) + ".";
            }
        }
        return "";
    }

    /** Names what a value refers to; only the name, since a default after it may be a key. */
    private static String reference(ConfigurationProperty property) {
        Matcher placeholder = PLACEHOLDER.matcher(String.valueOf(property.getValue()));
        return placeholder.find() ? ", which refers to " + placeholder.group(1) : "";
    }

    /** Returns where a property was set; null if that is unknown. */
    public @Nullable String find(String property) {
        for (String name : new String[] {property, property + ".value", property.replaceFirst("\\[\\d+].*$", "")}) {
            Origin origin = find(ConfigurationPropertyName.of(name));
            if (origin != null) {
                return origin.toString();
            }
        }
        return null;
    }

    /** Returns the first property below a prefix, with where it was set; null if there is none that is known. */
    public @Nullable String first(String prefix) {
        ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                ConfigurationProperty first = iterable.stream()
                        .filter(root::isAncestorOf)
                        .map(source::getConfigurationProperty)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
                if (first != null) {
                    return first.getName() + ", from " + first.getOrigin();
                }
            }
        }
        return null;
    }

    private @Nullable ConfigurationProperty property(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }

    private @Nullable Origin find(ConfigurationPropertyName name) {
        ConfigurationProperty property = property(name);
        return property == null ? null : property.getOrigin();
    }
}

package io.github.geminipool.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Identifies one of the application's pools.
 *
 * @param bean the name of its bean
 * @param prefix the prefix of its properties, without a dot at its end
 */
record PoolName(String bean, String prefix) {

    /** The pool of {@code gemini.pool}. */
    static final PoolName PRIMARY = new PoolName("geminiPool", "gemini.pool");

    private static final ConfigurationPropertyName POOLS = ConfigurationPropertyName.of("gemini.pools");

    /** The pool of an entry of {@code gemini.pools}. */
    static PoolName of(String name) {
        return new PoolName(name, POOLS + "." + name);
    }

    /**
     * Returns the enabled entries of {@code gemini.pools}, sorted by name. Values are neither bound nor shown.
     *
     * @throws InvalidPoolNameException if one has a name that no bean can have
     */
    static Set<PoolName> named(Environment environment) {
        // System variables have no hyphens: of two spellings of a name, the one with more hyphens is the right one.
        Map<String, String> names = new LinkedHashMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(POOLS::isAncestorOf)
                        .forEach(property -> names.merge(
                                property.getElement(2, Form.UNIFORM),
                                nameIn(property),
                                (one, other) -> one.length() < other.length() ? other : one));
            }
        }
        Set<String> enabled = new TreeSet<>(names.values());
        enabled.removeIf(name -> !Binder.get(environment)
                .bind(POOLS + "." + name + ".enabled", Boolean.class)
                .orElse(true));
        Set<PoolName> pools = new java.util.LinkedHashSet<>();
        enabled.forEach(name -> pools.add(of(name)));
        return pools;
    }

    private static String nameIn(ConfigurationPropertyName property) {
        String name = property.getElement(2, Form.ORIGINAL);
        if (property.isNumericIndex(2) || !name.matches("[A-Za-z][A-Za-z0-9-]*")) {
            throw new InvalidPoolNameException(
                    property.chop(3).toString(),
                    "has no name that a pool can have",
                    "Give each pool a name of letters, digits and hyphens, as in gemini.pools.shop.keys.");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** Returns whether a property is set, at least in parts. */
    static boolean isSet(Environment environment, String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.getConfigurationProperty(name) != null
                    || source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
                return true;
            }
        }
        return false;
    }
}

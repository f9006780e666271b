package io.github.geminipool.autoconfigure;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
     * @throws InvalidPoolNameException if one has a name that no bean can have, or a value instead of properties
     */
    static Set<PoolName> named(Environment environment) {
        Set<PoolName> enabled = new LinkedHashSet<>();
        for (String name : names(environment)) {
            if (Binder.get(environment)
                    .bind(POOLS + "." + name + ".enabled", Boolean.class)
                    .orElse(true)) {
                enabled.add(of(name));
            }
        }
        return enabled;
    }

    /** Returns all pools that may be configured, also those that are not enabled. */
    static Set<PoolName> all(Environment environment) {
        Set<PoolName> all = new LinkedHashSet<>(List.of(PRIMARY));
        names(environment).forEach(name -> all.add(of(name)));
        return all;
    }

    private static Set<String> names(Environment environment) {
        // System variables have no hyphens: of two spellings of a name, the one with more hyphens is the right one.
        Map<String, String> names = new LinkedHashMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(POOLS::isAncestorOf)
                        .peek(PoolName::refuseValue)
                        .forEach(property -> names.merge(
                                property.getElement(2, Form.UNIFORM),
                                nameIn(property),
                                (one, other) -> one.length() < other.length() ? other : one));
            }
        }
        return new TreeSet<>(names.values());
    }

    /** A value without properties below it may be a key, which binding would show. */
    private static void refuseValue(ConfigurationPropertyName property) {
        if (property.getNumberOfElements() == 3 || property.isNumericIndex(3)) {
            throw new InvalidPoolNameException(
                    property.chop(3).toString(),
                    "is a value or a list, which no pool is",
                    "Name the properties of the pool below it, as in gemini.pools.shop.keys. Those of an only pool are"
                            + " below gemini.pool, as in gemini.pool.keys.");
        }
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

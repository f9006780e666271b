package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.diagnosis.SimilarName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which property of the pool does not exist, and which one may have been meant. Shows no values, since they may contain a key. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    private static final Pattern PREFIX = Pattern.compile("^gemini\\.(?:pool|pools\\.[^.\\[]+)(?=\\.)");

    private static final Pattern MAP = Pattern.compile("gemini\\.pool\\.(keys|projects|models|callers)\\..+");

    private static final Map<String, List<String>> FIELDS = Map.of(
            "keys", List.of("value", "name", "project", "enabled"),
            "projects", List.of("name", "billing-account", "tier", "weight", "limits", "models"),
            "models", List.of("name", "size", "fallbacks", "limits"),
            "callers",
                    List.of(
                            "name",
                            "requests-per-minute",
                            "tokens-per-minute",
                            "requests-per-day",
                            "concurrency",
                            "priority",
                            "projects",
                            "models"));

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        Map<String, String> unknown = new TreeMap<>();
        StringBuilder description = new StringBuilder();
        Set<String> actions = new LinkedHashSet<>();
        for (ConfigurationProperty property : cause.getUnboundProperties()) {
            String name = property.getName().toString();
            Matcher prefix = PREFIX.matcher(name);
            if (!prefix.find()) {
                return null;
            }
            int list = name.indexOf('[', prefix.end());
            if (list > 0 && PropertyNames.isKnown(property.getName(), ConfigurationPropertyName.of(prefix.group()))) {
                description
                        .append(name)
                        .append(" could not be bound. It comes from ")
                        .append(property.getOrigin())
                        .append(".\n");
                actions.add("Number the entries of " + name.substring(0, list)
                        + ", and of the lists in them, from 0 without gaps, all in one property source.");
            } else {
                unknown.put(name, String.valueOf(property.getOrigin()));
            }
        }
        unknown.forEach((name, origin) -> {
            description
                    .append(name)
                    .append(" is not a property of the pool. It comes from ")
                    .append(origin)
                    .append(".\n");
            actions.add(action(name));
        });
        return new FailureAnalysis(description.toString().strip(), String.join("\n", actions), cause);
    }

    private static String action(String property) {
        Matcher prefix = PREFIX.matcher(property);
        String actual = prefix.find() ? prefix.group() : "";
        return actionOfPrimary("gemini.pool" + property.substring(actual.length()))
                .replace("gemini.pool.", actual + ".");
    }

    private static String actionOfPrimary(String name) {
        if (name.matches("gemini\\.pool\\.keys\\[\\d+]\\.(tier|weight|billing-account|limits.*)")) {
            return "Describe it for the project of the key, in gemini.pool.projects: an entry of gemini.pool.keys has "
                    + "value, name, project and enabled.";
        }
        if (name.equals("gemini.pool.key")) {
            return "Set gemini.pool.keys to the key or the keys.";
        }
        Matcher map = MAP.matcher(name);
        if (map.matches()) {
            return "gemini.pool." + map.group(1)
                    + " is a list. Write its entries with hyphens in YAML, or number them from 0, as in gemini.pool."
                    + map.group(1) + "[0].name.";
        }
        String entry = name.replaceFirst("^gemini\\.pool\\.([a-z]+)\\[.*$", "$1");
        String field = name.substring(name.lastIndexOf('.') + 1);
        List<String> fields = FIELDS.get(entry);
        if (fields != null) {
            return "An entry of gemini.pool." + entry + " has " + String.join(", ", fields) + "."
                    + meant(SimilarName.of(field, fields));
        }
        return "Remove it or correct its name. The project's page docs/configuration.md lists all properties."
                + meant(SimilarName.of(name.substring("gemini.pool.".length()), PropertyNames.all()));
    }

    private static String meant(@Nullable String similar) {
        return similar == null ? "" : " Did you mean " + similar + "?";
    }
}

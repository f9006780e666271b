package io.github.geminipool.autoconfigure;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Goes before Spring Boot's own analyzers of binding, which print the values that they could not bind. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnboundKeysFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    private static final ConfigurationPropertyName KEYS = ConfigurationPropertyName.of("gemini.pool.keys");

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        if (!KEYS.equals(cause.getName()) && !KEYS.isAncestorOf(cause.getName())) {
            return null;
        }
        return new FailureAnalysis(
                describe(cause),
                "Number the entries of gemini.pool.keys from 0 without gaps, each either a key or an entry with value, "
                        + "name, project and enabled, all in one place; or list the keys in one value, separated by "
                        + "commas.",
                cause);
    }

    private static String describe(BindException cause) {
        if (cause.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            String names = unbound.getUnboundProperties().stream()
                    .map(property -> property.getName() + " (" + property.getOrigin() + ")")
                    .collect(Collectors.joining(", "));
            return "There is no place in the list gemini.pool.keys for: " + names + ".";
        }
        return cause.getName() + " can't be read as a key or a list of keys.";
    }
}

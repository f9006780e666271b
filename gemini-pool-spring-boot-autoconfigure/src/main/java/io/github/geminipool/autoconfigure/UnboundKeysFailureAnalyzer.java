package io.github.geminipool.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Takes precedence over Spring Boot's analyzers for binding failures, which print the values. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnboundKeysFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    private static final Pattern KEYS = Pattern.compile("^gemini\\.(?:pool|pools\\.[^.\\[]+)\\.keys(?=$|[.\\[])");

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        Matcher keys = KEYS.matcher(cause.getName().toString());
        if (!keys.find()) {
            return null;
        }
        String property = keys.group();
        return new FailureAnalysis(
                describe(property, cause),
                "Number the entries of " + property
                        + " from 0 without gaps, all in one property source. Each is either a "
                        + "key or has value, name, project and enabled. Or set " + property + " to a comma-separated "
                        + "list of keys.",
                cause);
    }

    private static String describe(String property, BindException cause) {
        if (cause.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            String names = unbound.getUnboundProperties().stream()
                    .map(entry -> entry.getName() + " (" + entry.getOrigin() + ")")
                    .collect(Collectors.joining(", "));
            return "These entries of " + property + " could not be bound: " + names + ".";
        }
        return cause.getName() + " could not be bound. Its value is not shown because it may contain a key.";
    }
}

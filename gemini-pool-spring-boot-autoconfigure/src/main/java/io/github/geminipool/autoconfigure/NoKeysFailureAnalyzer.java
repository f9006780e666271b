package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.diagnosis.PropertyOrigin;
import java.util.Locale;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

final class NoKeysFailureAnalyzer extends AbstractFailureAnalyzer<NoKeysException> {

    private final Environment environment;

    NoKeysFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoKeysException cause) {
        String prefix = NamedPoolException.prefix(rootFailure);
        boolean isPrimary = prefix.equals(PoolName.PRIMARY.prefix());
        String variable = prefix.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT) + "_KEYS";
        return new FailureAnalysis(
                cause.getMessage() + (isPrimary ? "" : " for " + prefix) + ", so the pool cannot be created."
                        + (isPrimary ? "" : reason(prefix))
                        + empty(prefix + ".keys")
                        + empty(prefix + ".keys-file")
                        + ignored(prefix),
                """
                Consider one of the following:

                Set %1$s.keys=${GEMINI_API_KEY} with the key in the environment variable GEMINI_API_KEY, \
                or a comma-separated list of keys in the environment variable %2$s.

                Define a bean of type GeminiPoolConnectionDetails that supplies the keys%3$s.

                Set %1$s.enabled=false to start without %4$s pool.\
                """.formatted(
                                prefix,
                                variable,
                                isPrimary ? "" : ", with the name of the pool as @Qualifier and defaultCandidate=false",
                                isPrimary ? "a" : "this"),
                cause);
    }

    /** Says why a pool of {@code gemini.pools} exists: a variable for another pool, or for none, may have created it. */
    private String reason(String prefix) {
        String property = new PropertyOrigin(environment).first(prefix);
        return property == null ? "" : " It exists because of " + property + ".";
    }

    /** Names a value that was set in place of the keys. */
    private String ignored(String prefix) {
        PropertyOrigin origin = new PropertyOrigin(environment);
        return origin.find(prefix) == null
                ? ""
                : " " + prefix + " has a value, which means nothing: keys are set as " + prefix + ".keys."
                        + origin.sentence(prefix);
    }

    /** Says where an empty list comes from, which somebody believes to have keys. */
    private String empty(String property) {
        return Binder.get(environment)
                        .bind(property, String.class)
                        .map(String::isEmpty)
                        .orElse(false)
                ? " " + property + " is empty." + new PropertyOrigin(environment).sentence(property)
                : "";
    }
}

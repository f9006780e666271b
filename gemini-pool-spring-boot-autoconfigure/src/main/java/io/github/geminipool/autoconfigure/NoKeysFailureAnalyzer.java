package io.github.geminipool.autoconfigure;

import java.util.Locale;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

final class NoKeysFailureAnalyzer extends AbstractFailureAnalyzer<NoKeysException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoKeysException cause) {
        String prefix = NamedPoolException.prefix(rootFailure);
        boolean isPrimary = prefix.equals(PoolName.PRIMARY.prefix());
        String variable = prefix.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT) + "_KEYS";
        return new FailureAnalysis(
                cause.getMessage() + (isPrimary ? "" : " for " + prefix) + ", so the pool cannot be created.",
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
}

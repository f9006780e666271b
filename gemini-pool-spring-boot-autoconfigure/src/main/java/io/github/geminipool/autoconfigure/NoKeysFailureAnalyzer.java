package io.github.geminipool.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

final class NoKeysFailureAnalyzer extends AbstractFailureAnalyzer<NoKeysException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoKeysException cause) {
        return new FailureAnalysis(cause.getMessage() + ", so the pool cannot be created.", """
                Consider one of the following:

                Set gemini.pool.keys=${GEMINI_API_KEY} with the key in the environment variable GEMINI_API_KEY, \
                or a comma-separated list of keys in the environment variable GEMINI_POOL_KEYS.

                Define a bean of type GeminiPoolConnectionDetails that supplies the keys.

                Set gemini.pool.enabled=false to start without a pool.""", cause);
    }
}

package io.github.geminipool.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

final class InvalidPoolNameFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPoolNameException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPoolNameException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", cause.action(), cause);
    }
}

package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.diagnosis.PropertyOrigin;
import io.github.geminipool.autoconfigure.keys.InvalidKeyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

final class InvalidKeyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidKeyException> {

    private final PropertyOrigin origin;

    InvalidKeyFailureAnalyzer(Environment environment) {
        this.origin = new PropertyOrigin(environment);
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidKeyException cause) {
        return new FailureAnalysis(
                cause.property() + " " + cause.problem() + "." + origin.sentence(cause.property()),
                cause.action(),
                cause);
    }
}

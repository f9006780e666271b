package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.diagnosis.PropertyOrigin;
import io.github.geminipool.settings.InvalidSettingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

final class InvalidSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingException> {

    private final PropertyOrigin origin;

    InvalidSettingFailureAnalyzer(Environment environment) {
        this.origin = new PropertyOrigin(environment);
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingException cause) {
        String property = NamedPoolException.prefix(rootFailure) + "." + cause.setting();
        return new FailureAnalysis(
                property + " is " + cause.value() + "." + origin.sentence(property),
                NamedPoolException.words(rootFailure, "Set " + property + " to " + cause.expectation() + "."),
                cause);
    }
}

package io.github.geminipool.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

final class NoPrincipalFailureAnalyzer extends AbstractFailureAnalyzer<NoPrincipalException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoPrincipalException cause) {
        return new FailureAnalysis(
                NamedPoolException.words(rootFailure, cause.getMessage() + "."),
                NamedPoolException.words(rootFailure, """
                        Consider one of the following:

                        Add the dependency org.springframework.boot:spring-boot-starter-security.

                        Define a bean of type CallerResolver, which says for whom a call is made.

                        Remove gemini.pool.caller-resolver: calls then have the caller that they name themselves.\
                        """),
                cause);
    }
}

package io.github.geminipool.internal.evidence;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.Operation;

/**
 * Failures that are equal in this are alike: what is found to be at fault for one of them is at fault for all.
 *
 * @param subject what was asked of Gemini
 */
public record Question(Subject subject, int status, FailureCause cause) {

    /**
     * What a call asks of Gemini, as far as projects differ in it.
     *
     * @param model the model's name
     */
    public record Subject(Operation operation, String model, Use use) {}

    /** Returns the question that a failure raises. */
    public static Question of(Subject subject, Failure failure) {
        return new Question(subject, failure.status(), failure.cause());
    }
}

package io.github.geminipool.internal.evidence;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.Operation;

/**
 * What makes failures alike: whatever is at fault for one of them is at fault for all that raise an equal question.
 *
 * @param subject what Gemini was asked
 */
public record Question(Subject subject, int status, FailureCause cause) {

    /**
     * What a call asks of Gemini, as far as projects may differ in it.
     *
     * @param model the model's name
     */
    public record Subject(Operation operation, String model, Use use) {}

    /** Returns the question that a failure raises. */
    public static Question of(Subject subject, Failure failure) {
        return new Question(subject, failure.status(), failure.cause());
    }
}

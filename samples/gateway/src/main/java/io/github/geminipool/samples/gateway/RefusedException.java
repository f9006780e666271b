package io.github.geminipool.samples.gateway;

/** Thrown for a body that the client may not send. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient OwnAnswer answer;

    RefusedException(OwnAnswer answer) {
        super(answer.message(), null, false, false);
        this.answer = answer;
    }

    OwnAnswer answer() {
        return answer;
    }
}

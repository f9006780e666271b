package io.github.geminipool.samples.batch;

import org.jspecify.annotations.Nullable;

/** Ends the program with an exit code and a message that says what to do. */
final class BatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    BatchException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    BatchException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}

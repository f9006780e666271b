package io.github.geminipool.autoconfigure;

import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.RetryDecision;
import java.io.IOException;
import java.io.InterruptedIOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.springframework.retry.RecoveryCallback;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.TerminatedRetryException;
import org.springframework.retry.backoff.BackOffInterruptedException;

/**
 * One call on a template. The template's result is the answer, or null where the call has ended without one; what it
 * ended with is kept here, since a template would take an exception for something to repeat.
 */
final class RetriedCall
        implements RetryCallback<@Nullable Response, IOException>, RecoveryCallback<@Nullable Response> {

    private final String model;
    private final Attempt attempt;
    private @Nullable Response answer;
    private @Nullable Throwable end;

    RetriedCall(String model, Attempt attempt) {
        this.model = model;
        this.attempt = attempt;
    }

    /** What meters and logs of listeners call it. */
    @Override
    public String getLabel() {
        return model;
    }

    @Override
    public @Nullable Response doWithRetry(RetryContext context) throws IOException {
        // There is an earlier one only if a listener refused it.
        dropAnswer();
        end = null;
        RetryDecision decision;
        try {
            decision = attempt.next();
        } catch (IOException | RuntimeException | Error e) {
            end = e;
            return null;
        }
        if (decision instanceof RetryDecision.Retry retry) {
            throw new RetryableFailureException(retry, attempt);
        }
        answer = ((RetryDecision.Done) decision).response();
        return answer;
    }

    /** The template allows no further attempt. */
    @Override
    public @Nullable Response recover(RetryContext context) throws IOException {
        if (end != null) {
            alsoThrown(context.getLastThrowable());
            return null;
        }
        if (answer != null) {
            dropAnswer();
            throw refused(context.getLastThrowable());
        }
        return attempt.giveUp();
    }

    private static IOException refused(@Nullable Throwable why) {
        return why instanceof IOException e ? e : new IOException("A RetryListener refused the answer: " + why, why);
    }

    Response run(RetryOperations template) throws IOException {
        Response result;
        try {
            result = template.execute(this, this);
        } catch (Throwable e) {
            dropAnswer();
            return failed(e);
        }
        if (answer != null && answer != result) {
            dropAnswer();
        }
        if (result != null) {
            return result;
        }
        throwEnd();
        throw new IOException("The retry template returned no answer");
    }

    private Response failed(Throwable e) throws IOException {
        alsoThrown(e);
        throwEnd();
        if (e instanceof RetryableFailureException) {
            // A template that does without recovery.
            return attempt.giveUp();
        }
        if (e instanceof IOException io) {
            throw io;
        }
        if (e instanceof VirtualMachineError error) {
            throw error;
        }
        if (e instanceof BackOffInterruptedException && e.getCause() instanceof IOException ended) {
            throw ended;
        }
        if (e instanceof BackOffInterruptedException || e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
        if (e instanceof TerminatedRetryException) {
            throw new IOException("A RetryListener ended the call: " + e.getMessage(), e);
        }
        throw new IOException("The retry template failed: " + e, e);
    }

    private static InterruptedIOException interrupted(Throwable e) {
        InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for a repeat");
        interrupted.initCause(e);
        return interrupted;
    }

    /** Throws what the call ended with, if that is what it did. */
    private void throwEnd() throws IOException {
        if (end instanceof IOException io) {
            throw io;
        }
        if (end instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (end instanceof Error error) {
            throw error;
        }
    }

    private void alsoThrown(@Nullable Throwable e) {
        if (end != null && e != null && e != end) {
            end.addSuppressed(e);
        }
    }

    private void dropAnswer() {
        Response dropped = answer;
        answer = null;
        if (dropped != null) {
            dropped.close();
        }
    }
}

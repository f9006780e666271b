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
 * One call run on a template. The template's result is the response, or null if the call ended without one. In that case the final
 * exception is kept here, since a template would take it for a failure to retry.
 */
final class RetriedCall
        implements RetryCallback<@Nullable Response, IOException>, RecoveryCallback<@Nullable Response> {

    private final String model;
    private final Attempt attempt;
    private @Nullable Response response;
    private @Nullable Throwable end;

    RetriedCall(String model, Attempt attempt) {
        this.model = model;
        this.attempt = attempt;
    }

    /** {@inheritDoc} Listeners use it in meters and logs. */
    @Override
    public String getLabel() {
        return model;
    }

    @Override
    public @Nullable Response doWithRetry(RetryContext context) throws IOException {
        // There is a previous response only if a listener rejected it.
        dropResponse();
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
        response = ((RetryDecision.Done) decision).response();
        return response;
    }

    /** Called when the template allows no further attempt. */
    @Override
    public @Nullable Response recover(RetryContext context) throws IOException {
        if (end != null) {
            alsoThrown(context.getLastThrowable());
            return null;
        }
        if (response != null) {
            dropResponse();
            throw rejected(context.getLastThrowable());
        }
        return attempt.giveUp();
    }

    private static IOException rejected(@Nullable Throwable cause) {
        return cause instanceof IOException e
                ? e
                : new IOException("A RetryListener rejected the response: " + cause, cause);
    }

    Response run(RetryOperations template) throws IOException {
        Response result;
        try {
            result = template.execute(this, this);
        } catch (Throwable e) {
            dropResponse();
            return failed(e);
        }
        if (response != null && response != result) {
            dropResponse();
        }
        if (result != null) {
            return result;
        }
        throwEnd();
        throw new IOException("The retry template returned no response");
    }

    private Response failed(Throwable e) throws IOException {
        alsoThrown(e);
        throwEnd();
        if (e instanceof RetryableFailureException) {
            // In this case, the template does not call recover().
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
        InterruptedIOException interrupted = new InterruptedIOException("Interrupted while waiting for a retry");
        interrupted.initCause(e);
        return interrupted;
    }

    /** Throws the exception that ended the call, if there is one. */
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

    private void dropResponse() {
        Response dropped = response;
        response = null;
        if (dropped != null) {
            dropped.close();
        }
    }
}

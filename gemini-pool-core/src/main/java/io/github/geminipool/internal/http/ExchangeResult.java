package io.github.geminipool.internal.http;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.FailedAttempt;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.wire.ExceededQuota;
import java.io.IOException;
import java.util.List;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The result of an attempt on the wire. */
sealed interface ExchangeResult {

    /**
     * A response; its lease ends with its body.
     *
     * @param response what the caller gets
     * @param empty in what way it is empty; null if it is not, or if that can't be told yet
     */
    record Answered(Response response, @Nullable EmptyResponse empty) implements ExchangeResult {}

    /**
     * A failure; its lease has ended.
     *
     * @param failure the verdict
     * @param exceeded the quotas for which Gemini refused the request
     * @param response the error response, with a body that needs no closing; null if none arrived
     * @param cause why no response arrived; null if one did
     */
    record Failed(
            Failure failure,
            List<ExceededQuota> exceeded,
            @Nullable Response response,
            @Nullable IOException cause) implements ExchangeResult {

        /** Returns what the caller gets if this was the last attempt, or throws it. */
        Response orThrow() throws IOException {
            if (response != null) {
                return response;
            }
            throw FailedAttempt.beside(cause != null ? cause : new IOException(failure.reason()), failure);
        }
    }
}

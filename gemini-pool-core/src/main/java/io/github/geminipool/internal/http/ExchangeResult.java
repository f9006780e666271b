package io.github.geminipool.internal.http;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.FailedAttempt;
import io.github.geminipool.failure.Failure;
import java.io.IOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What came of an attempt on the wire. */
sealed interface ExchangeResult {

    /**
     * An answer; its lease ends with its body.
     *
     * @param response what the caller gets
     * @param empty what kind of empty it is; null if it is not, or that did not show at once
     */
    record Answered(Response response, @Nullable EmptyResponse empty) implements ExchangeResult {}

    /**
     * No answer; its lease has ended.
     *
     * @param failure the verdict
     * @param response what came, with a body that needs no closing; null if nothing came
     * @param cause why nothing came; null if something did
     */
    record Failed(
            Failure failure,
            @Nullable Response response,
            @Nullable IOException cause) implements ExchangeResult {

        /** What the caller gets if this was the last attempt. */
        Response orThrow() throws IOException {
            if (response != null) {
                return response;
            }
            throw FailedAttempt.beside(cause != null ? cause : new IOException(failure.reason()), failure);
        }
    }
}

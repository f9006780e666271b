package io.github.geminipool.internal.connection;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;

/**
 * A failure after a connection was established. OkHttp does not send a request again after this kind of exception, whereas after
 * one that happens while connecting it goes on to the host's next address.
 */
final class ExchangeException extends ProtocolException {

    private static final long serialVersionUID = 1L;

    private final IOException failure;

    ExchangeException(IOException failure) {
        super(failure.getMessage());
        this.failure = failure;
        initCause(failure);
    }

    /** Returns what happened on the wire. */
    static IOException unwrap(IOException e) {
        return e instanceof ExchangeException wrapper ? wrapper.failure : e;
    }

    /** Returns whether the server certainly has not processed the request, as HTTP/2 defines it. */
    static boolean isNotProcessed(IOException e) {
        if (e instanceof ConnectionShutdownException || isRefused(e)) {
            return true;
        }
        for (Throwable beside : e.getSuppressed()) {
            if (isRefused(beside)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRefused(Throwable e) {
        return e instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM;
    }
}

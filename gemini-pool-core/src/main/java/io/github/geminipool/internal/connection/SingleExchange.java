package io.github.geminipool.internal.connection;

import java.io.IOException;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.internal.connection.RealCall;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Keeps OkHttp from sending a request twice where {@link ExchangeGuard} can't: the handshake of a Live session, which passes
 * through no network interceptor, and requests to which a derived client's authenticator adds credentials. OkHttp never resends a
 * request whose body can be written only once, whatever its method.
 */
final class SingleExchange extends RequestBody {

    private final @Nullable RequestBody body;

    private SingleExchange(@Nullable RequestBody body) {
        this.body = body;
    }

    /** Returns the request to send for a call. */
    static Request of(Call call, Request request) {
        if (!(call instanceof RealCall real)
                || (!real.getForWebSocket() && real.getClient().authenticator() == Authenticator.NONE)) {
            return request;
        }
        Request.Builder once = request.newBuilder();
        // The public methods refuse a body for GET. Of this one, OkHttp sends only the length, 0.
        once.setBody$okhttp(new SingleExchange(request.body()));
        return once.build();
    }

    @Override
    public @Nullable MediaType contentType() {
        return body == null ? null : body.contentType();
    }

    @Override
    public long contentLength() throws IOException {
        return body == null ? 0 : body.contentLength();
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        if (body != null) {
            body.writeTo(sink);
        }
    }
}

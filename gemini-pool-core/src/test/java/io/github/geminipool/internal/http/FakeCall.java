package io.github.geminipool.internal.http;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** A call and its interceptor chain without a client: tells its listener of its start, its end and its cancellation. */
final class FakeCall implements Call, Interceptor.Chain {

    /** The network of a call. */
    @FunctionalInterface
    interface Wire {

        Response send(Request request) throws IOException;
    }

    private final Request request;
    private final Wire wire;
    private @Nullable EventListener events;
    private boolean canceled;

    FakeCall(Request request, Wire wire) {
        this.request = request;
        this.wire = wire;
    }

    void begin(EventListener listener) {
        events = listener;
        listener.callStart(this);
    }

    private EventListener events() {
        return events == null ? EventListener.NONE : events;
    }

    void end() {
        events().callEnd(this);
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Response proceed(Request sent) throws IOException {
        events().requestHeadersStart(this);
        return wire.send(sent);
    }

    @Override
    public void cancel() {
        canceled = true;
        events().canceled(this);
    }

    @Override
    public boolean isCanceled() {
        return canceled;
    }

    @Override
    public Timeout timeout() {
        return Timeout.NONE;
    }

    @Override
    public Call call() {
        return this;
    }

    @Override
    public @Nullable Connection connection() {
        return null;
    }

    @Override
    public Response execute() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void enqueue(Callback callback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isExecuted() {
        return true;
    }

    @Override
    @SuppressWarnings({"MethodDoesntCallSuperMethod", "CloneDoesntCallSuperClone"})
    public Call clone() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int connectTimeoutMillis() {
        return 0;
    }

    @Override
    public Interceptor.Chain withConnectTimeout(int timeout, TimeUnit unit) {
        return this;
    }

    @Override
    public int readTimeoutMillis() {
        return 0;
    }

    @Override
    public Interceptor.Chain withReadTimeout(int timeout, TimeUnit unit) {
        return this;
    }

    @Override
    public int writeTimeoutMillis() {
        return 0;
    }

    @Override
    public Interceptor.Chain withWriteTimeout(int timeout, TimeUnit unit) {
        return this;
    }
}

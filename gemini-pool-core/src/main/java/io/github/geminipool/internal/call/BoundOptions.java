package io.github.geminipool.internal.call;

import io.github.geminipool.spi.CallOptions;
import java.io.IOException;
import java.util.List;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.internal.connection.RealCall;

/**
 * Marks a client whose calls have options. As an interceptor it stays in clients that are derived from it, and is there for Live
 * sessions too, for which OkHttp replaces the listener of events. Immutable.
 */
public final class BoundOptions implements Interceptor {

    private final CallOptions options;

    private BoundOptions(CallOptions options) {
        this.options = options;
    }

    /** Returns a client like another one, which shares everything with it, and whose calls have options. */
    public static OkHttpClient bind(OkHttpClient client, CallOptions options) {
        OkHttpClient.Builder bound = client.newBuilder();
        bound.interceptors().add(0, new BoundOptions(options));
        return bound.build();
    }

    /** Returns the options of the client that makes a call. */
    static CallOptions of(Call call) {
        if (call instanceof RealCall real) {
            List<Interceptor> interceptors = real.getClient().interceptors();
            for (int i = 0; i < interceptors.size(); i++) {
                if (interceptors.get(i) instanceof BoundOptions bound) {
                    return bound.options;
                }
            }
        }
        return CallOptions.NONE;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        return chain.proceed(chain.request());
    }
}

package io.github.geminipool.internal.call;

import io.github.geminipool.spi.CallOptions;
import java.io.IOException;
import java.util.List;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.internal.connection.RealCall;
import org.jspecify.annotations.Nullable;

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

    /** Returns whether the client that makes a call has options. */
    static boolean isBound(Call call) {
        return find(call) != null;
    }

    /** Returns the options of the client that makes a call. */
    static CallOptions of(Call call) {
        BoundOptions bound = find(call);
        return bound == null ? CallOptions.NONE : bound.options;
    }

    private static @Nullable BoundOptions find(Call call) {
        if (call instanceof RealCall real) {
            List<Interceptor> interceptors = real.getClient().interceptors();
            for (int i = 0; i < interceptors.size(); i++) {
                if (interceptors.get(i) instanceof BoundOptions bound) {
                    return bound;
                }
            }
        }
        return null;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        return chain.proceed(chain.request());
    }
}

package io.github.geminipool.internal.connection;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.internal.connection.RealCall;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections that are pinged less often than the client's configuration says. A client's interval can't be changed, but
 * connections are shared: a copy of the client with the wider interval opens one and sends nothing over it. Thread-safe.
 */
final class WideConnections {

    private final PingPace pings;
    private final ConnectionStates states;
    private volatile @Nullable Opener last;

    WideConnections(PingPace pings, ConnectionStates states) {
        this.pings = pings;
        this.states = states;
    }

    /**
     * Opens a connection for a call if the interval was widened and there is no connection that it can share.
     *
     * @param user of the call, whose cancellation ends this as well
     */
    void openFor(Call call, Request request, ConnectionUser user) throws IOException {
        if (!pings.isWidened()
                || !request.isHttps()
                || !(call instanceof RealCall real)
                || real.getForWebSocket()
                || states.haveShareable()) {
            return;
        }
        Call connecting = opener(real.getClient())
                .client()
                .newCall(new Request.Builder().url(request.url()).build());
        user.opens(connecting);
        try {
            connecting.execute().close();
        } catch (OpenedException e) {
            // The connection is there.
        } finally {
            user.opens(null);
        }
    }

    private Opener opener(OkHttpClient client) {
        Duration interval = pings.interval();
        Opener known = last;
        if (known != null && known.of() == client && known.interval().equals(interval)) {
            return known;
        }
        OkHttpClient.Builder builder = client.newBuilder();
        builder.interceptors().clear();
        builder.networkInterceptors().clear();
        builder.addNetworkInterceptor(chain -> {
            throw new OpenedException();
        });
        Opener made = new Opener(
                client,
                interval,
                builder.eventListener(EventListener.NONE).pingInterval(interval).build());
        last = made;
        return made;
    }

    private record Opener(OkHttpClient of, Duration interval, OkHttpClient client) {}

    /** Ends the exchange once there is a connection; OkHttp does not try again after this kind of exception. */
    private static final class OpenedException extends ProtocolException {

        private static final long serialVersionUID = 1L;

        OpenedException() {
            super("The connection is open");
        }
    }
}

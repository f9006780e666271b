package io.github.geminipool.internal.connection;

import io.github.geminipool.settings.HttpSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.internal.connection.RealCall;
import org.jspecify.annotations.Nullable;

/** The connections of a pool, and the sending of requests over them. Thread-safe. */
public final class Connections implements AutoCloseable {

    /** Minimum size of the pool of idle connections; calls may use more at once. */
    private static final int MIN_IDLE = 32;

    /** Common gateways silently drop connections that are idle for 4 minutes. */
    private static final Duration MAX_IDLE_TIME = Duration.ofMinutes(3);

    /** Maximum number of times that a request is sent again because the connection chosen for it was too old. */
    private static final int MAX_STALE = 100;

    private static final int MAX_REDIRECTS = 10;

    private final HttpSettings http;
    private final @Nullable Tls tls;
    private final GeminiOrigin origin;
    private final PlainTextRule plainText;
    private final PingPace pings;
    private final ConnectionStates states;
    private final WideConnections wide;
    private final StandingTimeout standingTimeout;
    private final Addresses addresses;
    private final ConnectionPool idle;
    private final LongSupplier nanos;

    /**
     * Creates the connections; opens none.
     *
     * @param size the number of connections that one model's calls may use at once
     * @param tls the TLS configuration; null for the JVM's default
     * @param nanos the pool's clock
     */
    public Connections(HttpSettings http, int size, @Nullable Tls tls, LongSupplier nanos) {
        this.http = http;
        this.nanos = nanos;
        this.tls = tls;
        this.origin = new GeminiOrigin(http.baseUrl());
        this.plainText = PlainTextRule.of(http);
        this.pings = new PingPace(http.pingInterval());
        this.states = new ConnectionStates(nanos);
        this.wide = new WideConnections(pings, states);
        this.standingTimeout = new StandingTimeout(http.readTimeout());
        this.addresses = new Addresses(Dns.SYSTEM, nanos);
        this.idle = new ConnectionPool(Math.max(MIN_IDLE, 2 * size), MAX_IDLE_TIME.toSeconds(), TimeUnit.SECONDS);
    }

    public GeminiOrigin origin() {
        return origin;
    }

    /**
     * Returns a builder for the pool's client, with all that concerns connections.
     *
     * @param users finds the user of connections for a call; null if the pool does not know the call
     */
    public OkHttpClient.Builder client(Function<Call, @Nullable ConnectionUser> users) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .connectionPool(idle)
                .addNetworkInterceptor(new ExchangeGuard(origin, plainText, states, standingTimeout, users))
                // To try a host's next address while connecting; the guard keeps OkHttp from sending twice.
                .retryOnConnectionFailure(true)
                .followRedirects(false)
                .followSslRedirects(false)
                .dns(addresses)
                .pingInterval(http.pingInterval())
                .connectTimeout(http.connectTimeout())
                .readTimeout(http.readTimeout())
                // The pool enforces the call timeout itself, because a call's deadline may be longer.
                .writeTimeout(http.readTimeout());
        builder.socketFactory(new PoolSockets(addresses, http.connectTimeout(), nanos));
        if (http.proxy() != null) {
            ProxyAccess.through(http.proxy(), http.proxyCredentials(), builder);
        }
        return withTls(builder);
    }

    private OkHttpClient.Builder withTls(OkHttpClient.Builder builder) {
        Tls used = tls;
        if (used == null) {
            OkHttpClient standard = builder.build();
            used = new Tls(standard.sslSocketFactory(), standard.x509TrustManager());
        }
        return builder.sslSocketFactory(
                new ObservedSslSockets(used.socketFactory(), http.connectTimeout(), pings), used.trustManager());
    }

    /** Returns why the pool refuses to send a request; null if it does not. */
    public @Nullable String refusalOf(Call call, HttpUrl url) {
        return origin.isOriginOf(url) ? refusalOfLive(call, url) : origin.refusalOf(url);
    }

    /** OkHttp passes a Live session's handshake through no network interceptor. */
    private @Nullable String refusalOfLive(Call call, HttpUrl url) {
        if (!(call instanceof RealCall real) || !real.getForWebSocket()) {
            return null;
        }
        if (real.getClient().followRedirects()) {
            return "gemini-pool opens no Live session through a client that follows redirects, since that would carry"
                    + " the key to another host. Build the client with followRedirects(false)";
        }
        if (!real.getClient().cookieJar().loadForRequest(url).isEmpty()) {
            return "gemini-pool opens no Live session with cookies beside the key. Build the client with"
                    + " CookieJar.NO_COOKIES";
        }
        return real.getClient().proxy() != null && plainText.refuses(url) ? PlainTextRule.refusalOf(url) : null;
    }

    /**
     * Sends a request over a connection that is not too old. Sends it again at once if it was certainly not processed, and follows
     * redirects within Gemini.
     *
     * @param reusable whether the request's body can be sent again
     */
    public Response send(Interceptor.Chain chain, Request request, ConnectionUser user, boolean reusable)
            throws IOException {
        Response response = exchange(chain, request, user, reusable);
        for (int hops = 0; hops < MAX_REDIRECTS && response.isRedirect(); hops++) {
            Request next = redirected(response);
            if (next == null) {
                break;
            }
            response.close();
            response = exchange(chain, next, user, reusable);
        }
        return response;
    }

    private @Nullable Request redirected(Response response) {
        Request request = response.request();
        String location = response.header("Location");
        if (location == null || !request.method().equals("GET")) {
            return null;
        }
        HttpUrl url = request.url().resolve(location);
        return url == null || !origin.isOriginOf(url)
                ? null
                : request.newBuilder().url(url).build();
    }

    private Response proceed(Interceptor.Chain chain, Request request, ConnectionUser user) throws IOException {
        try {
            wide.openFor(chain.call(), request, user);
            return chain.proceed(SingleExchange.of(chain.call(), request));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // OkHttp 5 lets out what it met in an interrupted thread, although it declares no such exception.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            InterruptedIOException told = new InterruptedIOException("interrupted");
            told.initCause(e);
            throw told;
        }
    }

    private Response exchange(Interceptor.Chain chain, Request request, ConnectionUser user, boolean reusable)
            throws IOException {
        int stale = 0;
        while (true) {
            try {
                return proceed(chain, request, user);
            } catch (IOException e) {
                IOException failure = ExchangeException.unwrap(e);
                if (failure instanceof StaleConnectionException && ++stale < MAX_STALE) {
                    continue;
                }
                if (!ExchangeException.isNotProcessed(failure)) {
                    throw failure;
                }
                user.notProcessed();
                if (!reusable || !user.takeResend()) {
                    throw failure;
                }
            }
        }
    }

    /**
     * Takes connections out of use. After a read timeout, those are the attempt's and all idle ones, since there is no telling how
     * long they have been dead; after the loss of an idle connection, all idle ones.
     *
     * @param connection the connection of the attempt; null if it had none
     * @return whether a read timed out
     */
    public boolean isTimeout(IOException failure, @Nullable ConnectionState connection) {
        if (connection == null) {
            return false;
        }
        boolean timeout = failure instanceof SocketTimeoutException;
        if (timeout) {
            connection.retire();
        }
        if (timeout || connection.isLostIdle(failure)) {
            idle.evictAll();
        }
        return timeout;
    }

    /**
     * Returns whether the thread that ends reads and writes at their timeouts is dead. To be called about once a second, by one
     * thread.
     */
    public boolean areTimeoutsDead() {
        return standingTimeout.isOverdue();
    }

    @Override
    public void close() {
        standingTimeout.close();
        idle.evictAll();
    }
}

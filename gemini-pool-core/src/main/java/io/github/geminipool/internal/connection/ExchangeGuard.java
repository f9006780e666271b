package io.github.geminipool.internal.connection;

import io.github.geminipool.internal.request.Credentials;
import java.io.IOException;
import java.net.Proxy;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Stands between OkHttp's own loop and the connection at each hop. It ensures that keys go to Gemini only, and that one attempt is
 * one exchange, since only the pool decides on retries. Clients derived from the pool's keep it. Thread-safe.
 */
final class ExchangeGuard implements Interceptor {

    private static final String RETRY_AFTER = "Retry-After";

    private final GeminiOrigin origin;
    private final PlainTextRule plainText;
    private final ConnectionStates states;
    private final StandingTimeout standingTimeout;
    private final Function<Call, @Nullable ConnectionUser> users;

    /**
     * Creates a guard.
     *
     * @param users finds the user of the connection for a call; null if the pool does not know the call
     */
    ExchangeGuard(
            GeminiOrigin origin,
            PlainTextRule plainText,
            ConnectionStates states,
            StandingTimeout standingTimeout,
            Function<Call, @Nullable ConnectionUser> users) {
        this.origin = origin;
        this.plainText = plainText;
        this.states = states;
        this.standingTimeout = standingTimeout;
        this.users = users;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        standingTimeout.begin();
        Connection connection = Objects.requireNonNull(chain.connection());
        ConnectionUser user = users.apply(chain.call());
        Request request = withItsCredential(chain.request(), user == null ? null : user.key(), connection);
        ConnectionState state = states.of(connection);
        if (user != null) {
            if (user.avoidsConnectionOf(state.openedNanos())) {
                state.retire();
                throw new StaleConnectionException();
            }
            user.sendsOver(state);
        }
        state.requested();
        Response response = proceed(chain, request);
        state.answered();
        return withoutOkHttpRetry(response);
    }

    private static Response proceed(Chain chain, Request request) throws IOException {
        try {
            return chain.proceed(request);
        } catch (IOException e) {
            throw new ExchangeException(e);
        }
    }

    /** What a derived client does after the pool's interceptor must neither take a key to another host nor add credentials. */
    private Request withItsCredential(Request request, @Nullable String key, Connection connection) throws IOException {
        HttpUrl url = request.url();
        if (!origin.isOriginOf(url)) {
            return Credentials.withoutKey(request, key);
        }
        boolean isProxied = connection.route().proxy().type() != Proxy.Type.DIRECT;
        if (isProxied) {
            plainText.checkProxied(url);
        }
        return key == null ? request : Credentials.only(request, key, isProxied && !url.isHttps());
    }

    /** Keeps OkHttp from retrying after a 408, and after a 503 with "Retry-After: 0". */
    private static Response withoutOkHttpRetry(Response response) {
        return switch (response.code()) {
            case 408 -> response.newBuilder().header(RETRY_AFTER, "1").build();
            case 503 ->
                response.header(RETRY_AFTER) == null
                        ? response
                        : response.newBuilder().removeHeader(RETRY_AFTER).build();
            default -> response;
        };
    }
}

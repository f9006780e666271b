package io.github.geminipool.internal.connection;

import io.github.geminipool.settings.HostAndPort;
import io.github.geminipool.settings.ProxyCredentials;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Sends a client's requests through a proxy. */
final class ProxyAccess {

    private static final String HEADER = "Proxy-Authorization";

    private ProxyAccess() {}

    static void through(HostAndPort proxy, @Nullable ProxyCredentials credentials, OkHttpClient.Builder builder) {
        builder.proxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
        if (credentials != null) {
            builder.proxyAuthenticator(authenticator(credentials));
        }
    }

    private static Authenticator authenticator(ProxyCredentials credentials) {
        String value = Credentials.basic(credentials.username(), credentials.password(), StandardCharsets.UTF_8);
        // A proxy that has already seen the credentials does not accept them.
        return (route, response) -> response.request().header(HEADER) != null
                ? null
                : response.request().newBuilder().header(HEADER, value).build();
    }
}

package io.github.geminipool.samples.gateway;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** The headers that pass through the gateway. */
final class GatewayHeaders {

    /** Response headers that lead to an upload's session. */
    static final List<String> UPLOAD_URLS = List.of("X-Goog-Upload-URL", "X-Goog-Upload-Control-URL", "Location");

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /** Credentials, headers that the pool's connection sets itself, and those that reveal the client's network. */
    private static final Set<String> OF_CLIENT = Set.of(
            "host",
            "content-length",
            "expect",
            "accept-encoding",
            "authorization",
            "cookie",
            Clients.KEY_HEADER,
            "api-key",
            "x-api-key",
            "x-goog-user-project",
            "x-goog-iam-authorization-token",
            "x-goog-iam-authority-selector",
            "x-goog-quota-user",
            "x-android-package",
            "x-android-cert",
            "x-ios-bundle-identifier",
            "x-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "openai-organization",
            "openai-project",
            "origin",
            "referer",
            "forwarded",
            "via",
            "x-real-ip",
            "x-http-method-override",
            "x-http-method",
            "x-method-override");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]-]+");

    private static final Set<String> OF_SERVER = Set.of("content-length", "alt-svc", "set-cookie");

    private GatewayHeaders() {}

    /**
     * Returns the headers that Gemini gets.
     *
     * @throws IllegalArgumentException if one is malformed
     */
    static Headers ofRequest(HttpHeaders headers) {
        Set<String> named = named(headers.getOrEmpty(HttpHeaders.CONNECTION));
        Headers.Builder passed = new Headers.Builder();
        headers.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean passes = !HOP_BY_HOP.contains(lower)
                    && !OF_CLIENT.contains(lower)
                    && !named.contains(lower)
                    && !lower.startsWith("x-forwarded-")
                    && !lower.startsWith("sec-");
            if (passes) {
                values.stream()
                        .filter(value -> !isIdentity(lower, value))
                        .forEach(value -> passed.addUnsafeNonAscii(name, checked(value)));
            }
        });
        return passed.build();
    }

    /** Returns whether a header only says that the body is not encoded, which the pool would take for an encoding. */
    private static boolean isIdentity(String lower, String value) {
        return lower.equals("content-encoding") && value.equalsIgnoreCase("identity");
    }

    private static String checked(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 127) {
                throw new IllegalArgumentException("A header has a control character");
            }
        }
        return value;
    }

    private static Set<String> named(List<String> connection) {
        Set<String> names = new HashSet<>();
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /**
     * Copies the headers that the client gets.
     *
     * @param base the base URL of the API, whose path the gateway's paths don't have
     * @param gateway returns the address of the gateway
     */
    static void copy(Response from, HttpHeaders to, HttpUrl base, Supplier<String> gateway) {
        Headers headers = from.headers();
        Set<String> named = named(headers.values(HttpHeaders.CONNECTION));
        for (int i = 0; i < headers.size(); i++) {
            String lower = headers.name(i).toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(lower) && !OF_SERVER.contains(lower) && !named.contains(lower)) {
                to.add(headers.name(i), headers.value(i));
            }
        }
        for (String header : UPLOAD_URLS) {
            String session = headers.get(header);
            if (session == null) {
                continue;
            }
            HttpUrl url = HttpUrl.parse(session);
            if (url == null || url.queryParameter("upload_id") == null) {
                to.remove(header);
            } else {
                HttpUrl keyless = GeminiPath.withoutCredentials(url);
                to.set(header, gateway.get() + pathBehind(base, keyless) + "?" + keyless.encodedQuery());
            }
        }
    }

    private static String pathBehind(HttpUrl base, HttpUrl url) {
        String own = GeminiPath.withoutEnd(base.encodedPath());
        String path = url.encodedPath();
        return path.startsWith(own + "/") ? path.substring(own.length()) : path;
    }

    /** Returns the scheme, host and port by which a client reached the gateway. */
    static String addressOf(ServerHttpRequest request, @Nullable URI publicUrl) {
        if (publicUrl != null) {
            return GeminiPath.withoutEnd(publicUrl.toString());
        }
        URI uri = request.getURI();
        String host = request.getHeaders().getFirst(HttpHeaders.HOST);
        InetSocketAddress local = request.getLocalAddress();
        boolean isHost = host != null && HOST.matcher(host).matches();
        return uri.getScheme() + "://" + (isHost ? host : "localhost" + (local == null ? "" : ":" + local.getPort()));
    }
}

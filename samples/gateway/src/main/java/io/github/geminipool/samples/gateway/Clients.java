package io.github.geminipool.samples.gateway;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** The clients of the gateway, identified by their tokens. Thread-safe. */
@Component
class Clients {

    static final String KEY_HEADER = "x-goog-api-key";

    private static final String BEARER = "Bearer ";
    private static final GatewayClient LOCAL = new GatewayClient("local", true, Set.of());

    private record Known(Password token, GatewayClient client) {}

    private final List<Known> known;

    Clients(GatewayProperties properties) {
        this.known = properties.clients().stream()
                .map(client ->
                        new Known(client.token(), new GatewayClient(client.name(), client.seesAll(), client.models())))
                .toList();
        Set<String> names = new HashSet<>();
        for (Known each : known) {
            if (!names.add(each.client().name())) {
                throw new IllegalArgumentException(
                        "gateway.clients: " + each.client().name() + " is listed twice");
            }
        }
    }

    /** Returns whether the gateway has no clients and serves programs on this machine only. */
    boolean areNone() {
        return known.isEmpty();
    }

    /** Returns the client with a name; null if there is no longer one. */
    @Nullable
    GatewayClient named(String name) {
        return known.stream()
                .map(Known::client)
                .filter(client -> client.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Returns the client whose token a request carries; null if it carries none, a wrong one, or those of several clients. */
    @Nullable
    GatewayClient of(HttpHeaders headers, HttpUrl url) {
        if (areNone()) {
            return LOCAL;
        }
        Set<@Nullable GatewayClient> found = new HashSet<>();
        tokens(headers, url).forEach(token -> found.add(of(token)));
        return found.size() == 1 ? found.iterator().next() : null;
    }

    /** Returns whether a request carries a token, right or wrong. */
    static boolean hasToken(HttpHeaders headers, HttpUrl url) {
        return !tokens(headers, url).isEmpty();
    }

    private static List<String> tokens(HttpHeaders headers, HttpUrl url) {
        List<String> tokens = new ArrayList<>(headers.getOrEmpty(KEY_HEADER));
        for (String value : headers.getOrEmpty(HttpHeaders.AUTHORIZATION)) {
            boolean isBearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
            tokens.add(isBearer ? value.substring(BEARER.length()).strip() : "");
        }
        for (String value : url.queryParameterValues("key")) {
            tokens.add(value == null ? "" : value);
        }
        return tokens;
    }

    /** Compares with all of them, so that the time taken does not reveal which one it is. */
    private @Nullable GatewayClient of(String token) {
        GatewayClient found = null;
        byte[] hash = Password.sha256(token);
        for (Known each : known) {
            if (each.token().matches(hash)) {
                found = each.client();
            }
        }
        return found;
    }
}

package io.github.geminipool.simulator.internal.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The credentials of a request.
 *
 * @param places headers and query parameters with a credential, in lower case, one entry for each value
 * @param key the key; empty if there is none where the dialect expects it
 */
public record Credentials(List<String> places, String key) {
    private static final String HEADER = "x-goog-api-key";
    private static final String BEARER = "authorization";
    private static final Set<String> HEADERS = Set.of(HEADER, BEARER);
    private static final Set<String> OPENAI_HEADERS = Set.of(HEADER, BEARER, "openai-organization", "openai-project");
    private static final Set<String> PARAMETERS = Set.of("key", "access_token");

    /** Copies the places. */
    public Credentials {
        places = List.copyOf(places);
    }

    /**
     * Finds the credentials of a request.
     *
     * @param dialect the style of its path
     * @param headers all headers
     * @param query all query parameters
     * @return the credentials
     */
    static Credentials of(
            Dialect dialect, List<Map.Entry<String, String>> headers, List<Map.Entry<String, String>> query) {
        List<String> places = new ArrayList<>();
        String key = "";
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if ((dialect == Dialect.OPENAI ? OPENAI_HEADERS : HEADERS).contains(name)) {
                places.add(name);
                key = key.isEmpty() ? key(dialect, name, header.getValue()) : key;
            }
        }
        for (Map.Entry<String, String> parameter : query) {
            if (PARAMETERS.contains(parameter.getKey())) {
                places.add(parameter.getKey());
                boolean counts = dialect != Dialect.OPENAI && parameter.getKey().equals("key");
                key = key.isEmpty() && counts ? parameter.getValue() : key;
            }
        }
        return new Credentials(places, key);
    }

    private static String key(Dialect dialect, String header, String value) {
        if (dialect != Dialect.OPENAI) {
            return header.equals(HEADER) ? value : "";
        }
        return header.equals(BEARER) && value.regionMatches(true, 0, "Bearer ", 0, 7)
                ? value.substring(7).strip()
                : "";
    }

    /** Returns the error for credentials that the dialect does not accept; empty if it does. */
    Optional<Reply> refusal(Refusals refusals, ApiCall call) {
        Dialect dialect = call.route().dialect();
        if (places.size() > 1) {
            return Optional.of(
                    switch (dialect) {
                        case GOOGLE ->
                            Refusals.invalid("Multiple authentication credentials received. Please pass only one.");
                        case OPENAI -> refusals.wire("400-multiple-credentials.array-wrapped.json", call);
                        case INTERACTIONS -> refusals.wire("interactions-400-multiple-credentials.json", call);
                    });
        }
        if (!key.isEmpty()) {
            return Optional.empty();
        }
        if (dialect == Dialect.OPENAI) {
            return Optional.of(
                    places.isEmpty()
                            ? Refusals.notFound()
                            : Refusals.invalid("Missing or invalid Authorization header."));
        }
        return Optional.of(
                places.isEmpty() ? refusals.noKey() : refusals.wire("401-access-token-type-unsupported.json", call));
    }

    @Override
    public String toString() {
        return places.toString();
    }
}

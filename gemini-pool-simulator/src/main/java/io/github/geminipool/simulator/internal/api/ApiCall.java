package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.Tokens;
import io.github.geminipool.simulator.internal.json.Json;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request, received whole.
 *
 * @param route what it asks for
 * @param model that it is about, without {@code models/}; may be empty
 * @param secret the key that it carries; may be empty
 * @param base scheme, host and port that it was sent to
 * @param query its parameters
 * @param headers lower-case names, first values
 * @param bytes its body, read-only
 * @param json its body as JSON; empty if it is none
 * @param inputTokens of its prompt
 */
public record ApiCall(
        Route route,
        String model,
        String secret,
        String base,
        Map<String, String> query,
        Map<String, String> headers,
        ByteBuffer bytes,
        Optional<ObjectNode> json,
        long inputTokens) {

    /**
     * Understands a request.
     *
     * @param method of HTTP
     * @param path decoded
     * @param base scheme, host and port
     * @param query its parameters
     * @param headers lower-case names, first values
     * @param bytes its body
     * @return the call
     */
    public static ApiCall of(
            String method,
            String path,
            String base,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] bytes) {
        Route route = Route.of(method, path, query.containsKey("upload_id"));
        Optional<ObjectNode> json = route.operation() == Operation.UPLOAD_CHUNK ? Optional.empty() : Json.parse(bytes);
        String model = route.model();
        if (route.operation() == Operation.CACHES_CREATE) {
            model = json.map(body -> body.path("model").asText()).orElse("").replaceFirst("^models/", "");
        }
        String secret = headers.getOrDefault("x-goog-api-key", query.getOrDefault("key", ""));
        long tokens = json.map(Tokens::ofRequest).orElse(0L);
        return new ApiCall(
                route,
                model,
                secret,
                base,
                query,
                headers,
                ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                json,
                tokens);
    }

    /**
     * What it asks for.
     *
     * @return of the route
     */
    public Operation operation() {
        return route.operation();
    }

    /**
     * A header.
     *
     * @param name in any case
     * @return its first value; empty if there is none
     */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}

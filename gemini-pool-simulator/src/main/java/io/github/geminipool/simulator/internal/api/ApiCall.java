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
 * A completely received request.
 *
 * @param route the operation it calls
 * @param model model name without {@code models/}; may be empty
 * @param secret the key it was sent with; may be empty
 * @param base scheme, host and port it was sent to
 * @param query query parameters
 * @param headers first value of each header by lower-case name
 * @param bytes the body, read-only
 * @param json the body as JSON; empty if it is not a JSON object
 * @param inputTokens input tokens of the prompt
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
     * Parses a request.
     *
     * @param method HTTP method
     * @param path decoded path
     * @param base scheme, host and port
     * @param query query parameters
     * @param headers first value of each header by lower-case name
     * @param bytes the body
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
     * Returns the operation.
     *
     * @return the route's operation
     */
    public Operation operation() {
        return route.operation();
    }

    /**
     * Returns a header.
     *
     * @param name header name, in any case
     * @return its first value; empty if absent
     */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}

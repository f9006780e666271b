package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.InteractionPrompt;
import io.github.geminipool.simulator.internal.content.OpenAi;
import io.github.geminipool.simulator.internal.json.Json;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A completely received request.
 *
 * @param route the operation it calls
 * @param model model name without {@code models/}; may be empty
 * @param credentials the credentials it was sent with
 * @param base scheme, host and port it was sent to
 * @param query query parameters
 * @param headers first value of each header by lower-case name
 * @param bytes the body, read-only
 * @param json the body as JSON; empty if it is not a JSON object
 * @param prompt the body in the shape of Google's API
 * @param asked what the body asks for
 */
public record ApiCall(
        Route route,
        String model,
        Credentials credentials,
        String base,
        Map<String, String> query,
        Map<String, String> headers,
        ByteBuffer bytes,
        Optional<ObjectNode> json,
        ObjectNode prompt,
        Asked asked) {

    /**
     * Parses a request.
     *
     * @param method HTTP method
     * @param path decoded path
     * @param base scheme, host and port
     * @param query all query parameters
     * @param headers all headers
     * @param bytes the body
     * @return the call
     */
    public static ApiCall of(
            String method,
            String path,
            String base,
            List<Map.Entry<String, String>> query,
            List<Map.Entry<String, String>> headers,
            byte[] bytes) {
        Map<String, String> parameters = firsts(query);
        Route route = Route.of(method, path, parameters.containsKey("upload_id"));
        Optional<ObjectNode> json = route.operation() == Operation.UPLOAD_CHUNK ? Optional.empty() : Json.parse(bytes);
        ObjectNode body = json.orElseGet(Json::object);
        ObjectNode prompt = prompt(route, body);
        return new ApiCall(
                route,
                model(route, body),
                Credentials.of(route.dialect(), headers, query),
                base,
                parameters,
                firsts(headers),
                ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                json,
                prompt,
                Asked.of(route, body, prompt));
    }

    private static Map<String, String> firsts(List<Map.Entry<String, String>> fields) {
        Map<String, String> firsts = new LinkedHashMap<>();
        fields.forEach(field -> firsts.putIfAbsent(field.getKey(), field.getValue()));
        return firsts;
    }

    private static String model(Route route, ObjectNode body) {
        return switch (route.operation()) {
            case CACHES_CREATE, OPENAI_CHAT, OPENAI_EMBEDDINGS, OPENAI_IMAGES, INTERACTIONS_CREATE ->
                body.path("model").asText().replaceFirst("^models/", "");
            default -> route.model();
        };
    }

    private static ObjectNode prompt(Route route, ObjectNode body) {
        return switch (route.operation()) {
            case OPENAI_CHAT -> OpenAi.chat(body);
            case OPENAI_EMBEDDINGS -> OpenAi.embeddings(body);
            case OPENAI_IMAGES -> OpenAi.image(body);
            case INTERACTIONS_CREATE -> InteractionPrompt.of(body);
            default -> body;
        };
    }

    /**
     * Returns the key it was sent with.
     *
     * @return the secret; may be empty
     */
    public String secret() {
        return credentials.key();
    }

    /** Returns this call about another resource. */
    ApiCall about(String resource) {
        return new ApiCall(route.about(resource), model, credentials, base, query, headers, bytes, json, prompt, asked);
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

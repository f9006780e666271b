package io.github.geminipool.samples.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error response of the gateway's own, in the form that the path's SDK reads.
 *
 * @param status HTTP status
 * @param word Google's name for it
 * @param openAiWord OpenAI's name for it
 * @param interactionsWord the Interactions API's name for it
 * @param message the message, for people
 */
record OwnAnswer(int status, String word, String openAiWord, String interactionsWord, String message) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static OwnAnswer wrongToken() {
        return new OwnAnswer(
                401, "UNAUTHENTICATED", "invalid_api_key", "authentication", "The gateway does not know this API key.");
    }

    static OwnAnswer tooManyWrongTokens() {
        return new OwnAnswer(
                429, "RESOURCE_EXHAUSTED", "rate_limit_exceeded", "too_many_requests", "Too many wrong API keys.");
    }

    static OwnAnswer invalid(String message) {
        return new OwnAnswer(400, "INVALID_ARGUMENT", "invalid_request", "invalid_request", message);
    }

    static OwnAnswer tooLarge() {
        return new OwnAnswer(
                413,
                "INVALID_ARGUMENT",
                "invalid_request",
                "invalid_request",
                "The request is larger than the gateway allows.");
    }

    static OwnAnswer busy() {
        return new OwnAnswer(
                503,
                "UNAVAILABLE",
                "server_error",
                "service_unavailable",
                "The gateway has no memory left for this request.");
    }

    static OwnAnswer stalled() {
        return new OwnAnswer(
                408,
                "DEADLINE_EXCEEDED",
                "request_timeout",
                "deadline_exceeded",
                "The rest of the request did not arrive.");
    }

    static OwnAnswer forbidden(String message) {
        return new OwnAnswer(403, "PERMISSION_DENIED", "permission_denied", "permission_denied", message);
    }

    static OwnAnswer notFound() {
        return new OwnAnswer(404, "NOT_FOUND", "not_found", "not_found", "Requested entity was not found.");
    }

    static OwnAnswer unreachable() {
        return new OwnAnswer(
                502, "UNAVAILABLE", "server_error", "api_error", "The gateway got no response from Gemini.");
    }

    static OwnAnswer failed() {
        return new OwnAnswer(
                500, "INTERNAL", "server_error", "api_error", "The gateway could not forward the request.");
    }

    static OwnAnswer ended() {
        return new OwnAnswer(
                504, "DEADLINE_EXCEEDED", "server_error", "deadline_exceeded", "The pool has ended the call.");
    }

    static OwnAnswer closing() {
        return new OwnAnswer(
                503, "UNAVAILABLE", "server_error", "service_unavailable", "The gateway is shutting down.");
    }

    /** Returns the error for a resource of another client, worded like Gemini's for one of another project. */
    static OwnAnswer stranger(Resource resource) {
        return switch (resource.collection()) {
            case "files" ->
                forbidden("You do not have permission to access the File " + resource.id() + " or it may not exist.");
            case "cachedContents" -> forbidden("CachedContent not found (or permission denied)");
            case "fileSearchStores", "tunedModels" ->
                forbidden("You do not have permission to access the " + resource.name() + " or it may not exist.");
            default -> notFound();
        };
    }

    String body(GeminiPath.Dialect dialect) {
        ObjectNode tree = JSON.createObjectNode();
        ObjectNode error = tree.putObject("error");
        switch (dialect) {
            case OPENAI ->
                error.put("message", message)
                        .put("type", status < 500 ? "invalid_request_error" : "server_error")
                        .put("code", openAiWord)
                        .putNull("param");
            case INTERACTIONS -> error.put("code", interactionsWord).put("message", message);
            default -> error.put("code", status).put("message", message).put("status", word);
        }
        return JSON.writeValueAsString(tree);
    }

    Mono<Void> send(ServerHttpResponse response, GeminiPath.Dialect dialect) {
        return send(response, dialect, Map.of());
    }

    Mono<Void> send(ServerHttpResponse response, GeminiPath.Dialect dialect, Map<String, String> headers) {
        byte[] body = body(dialect).getBytes(StandardCharsets.UTF_8);
        response.setStatusCode(HttpStatusCode.valueOf(status));
        headers.forEach(response.getHeaders()::set);
        if (status == 503) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
        } else if (status == 408) {
            response.getHeaders().set(HttpHeaders.CONNECTION, "close");
        }
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}

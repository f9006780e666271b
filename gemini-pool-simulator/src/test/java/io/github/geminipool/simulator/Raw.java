package io.github.geminipool.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Sends plain HTTP requests to a simulator. */
final class Raw {
    static final String PROMPT = "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}";

    private final GeminiSimulator simulator;
    private final HttpClient http;

    Raw(GeminiSimulator simulator) {
        this(
                simulator,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    Raw(GeminiSimulator simulator, HttpClient http) {
        this.simulator = simulator;
        this.http = http;
    }

    HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path)).header("x-goog-api-key", key);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    HttpRequest generation(String key, String model) {
        return request("/v1beta/models/" + model + ":generateContent", key)
                .POST(HttpRequest.BodyPublishers.ofString(PROMPT))
                .build();
    }

    HttpResponse<String> generate(String key, String model) throws IOException, InterruptedException {
        return send(generation(key, model));
    }

    CompletableFuture<HttpResponse<String>> generateAsync(String key, String model) {
        return http.sendAsync(generation(key, model), BodyHandlers.ofString());
    }

    HttpResponse<String> stream(String key, String model) throws IOException, InterruptedException {
        return send(request("/v1beta/models/" + model + ":streamGenerateContent?alt=sse", key)
                .POST(HttpRequest.BodyPublishers.ofString(PROMPT))
                .build());
    }

    HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        return send(request(path, key).build());
    }

    HttpResponse<String> post(String path, String key, String body) throws IOException, InterruptedException {
        return send(request(path, key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> delete(String path, String key) throws IOException, InterruptedException {
        return send(request(path, key).DELETE().build());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }
}

package io.github.geminipool.samples.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** A server with the dashboard and an endpoint that shows a pool of forty keys, twelve models and twenty projects. */
final class LargePool implements AutoCloseable {

    static final int KEYS = 40;
    static final int MODELS = 12;
    static final int PROJECTS = 20;
    static final String REJECTED = "Gemini does not accept the key; check or replace it (400: API key not valid.)";

    private static final Map<String, Object> LATENCY =
            Map.of("mean", 300, "p50", 200, "p95", 900, "p99", 1_200, "max", 1_500);
    private static final Map<String, Object> TOKENS =
            Map.of("input", 123_456, "cachedInput", 0, "output", 45_678, "thoughts", 100);

    private final HttpServer server;

    LargePool() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/dashboard.html", exchange -> respond(exchange, "text/html", page()));
        server.createContext("/actuator/geminipool", exchange -> respond(exchange, "application/json", pool()));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void respond(HttpExchange exchange, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Allow", "GET, POST, DELETE");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] page() throws IOException {
        try (InputStream in = LargePool.class.getResourceAsStream("/static/dashboard.html")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static byte[] pool() throws JsonProcessingException {
        Map<String, Object> pool = new HashMap<>(Map.of(
                "calls", 48_000, "failedCalls", 120, "attempts", 49_000, "latencyMillis", LATENCY, "tokens", TOKENS));
        pool.put("failures", Map.of("RATE_LIMITED", 200, "KEY_REJECTED", 200, "OVERLOADED", 80, "NETWORK", 12));
        pool.put("totalMillis", 14_700_000);
        pool.put("active", 12);
        pool.put("waiting", 0);
        pool.put("keys", IntStream.range(0, KEYS).mapToObj(LargePool::key).toList());
        pool.put("models", IntStream.range(0, MODELS).mapToObj(LargePool::model).toList());
        pool.put("projects", List.of());
        pool.put("decisions", List.of());
        return new ObjectMapper().writeValueAsString(pool).getBytes(StandardCharsets.UTF_8);
    }

    private static String nameOf(int model) {
        return "gemini-" + (model / 3 + 1) + "-"
                + List.of("flash", "pro", "flash-lite").get(model % 3) + "-latest";
    }

    private static String in(Duration time) {
        return Instant.now().plus(time).toString();
    }

    private static Map<String, Object> key(int number) {
        Map<String, Object> key = new HashMap<>(Map.of(
                "name",
                String.format("team-%02d-production-key", number),
                "project",
                String.format("project-%02d", number % PROJECTS),
                "state",
                "HEALTHY",
                "since",
                in(Duration.ofHours(-2)),
                "usable",
                true,
                "inFlight",
                number % 3,
                "attempts",
                1_000 + number,
                "failures",
                Map.of("RATE_LIMITED", 5),
                "latencyMillis",
                LATENCY,
                "tokens",
                TOKENS));
        key.put("share", 0.025);
        key.put("errorRate", 0);
        key.put("models", List.of());
        if (List.of(7, 11, 33).contains(number)) {
            key.putAll(Map.of(
                    "state",
                    "QUARANTINED",
                    "usable",
                    false,
                    "reason",
                    REJECTED,
                    "until",
                    in(Duration.ofMinutes(1)),
                    "failures",
                    Map.of("KEY_REJECTED", 66)));
        } else if (number == 25) {
            key.putAll(Map.of("state", "HALF_OPEN", "usable", false, "reason", "its pause is over"));
        } else if (number == 2) {
            key.put(
                    "models",
                    IntStream.range(0, MODELS).mapToObj(LargePool::exclusion).toList());
        }
        return key;
    }

    private static Map<String, Object> exclusion(int model) {
        return Map.of(
                "model", nameOf(model),
                "reason", "The project's daily quota is used up until midnight Pacific time (429)",
                "until", "2099-01-01T08:00:00Z");
    }

    private static Map<String, Object> model(int number) {
        List<Map<String, Object>> quotas = new ArrayList<>();
        for (int project = 0; project < PROJECTS; project++) {
            for (String unit : List.of("REQUESTS_PER_MINUTE", "REQUESTS_PER_DAY")) {
                quotas.add(Map.of(
                        "project",
                        String.format("project-%02d", project),
                        "unit",
                        unit,
                        "limit",
                        100,
                        "used",
                        (project * 7 + number * 13) % 100,
                        "source",
                        "LEARNED"));
            }
        }
        Map<String, Object> model = new HashMap<>(Map.of(
                "model",
                nameOf(number),
                "size",
                10,
                "active",
                number % 4,
                "errorInstances",
                0,
                "inUse",
                true,
                "usableKeys",
                number == 5 ? 0 : 35,
                "waiting",
                0,
                "attempts",
                4_000,
                "fallbacks",
                2,
                "quotas",
                quotas));
        model.put("emptyResponses", Map.of());
        model.put("latencyMillis", LATENCY);
        model.put("tokens", TOKENS);
        if (number == 5) {
            model.put("reason", "the project's daily request quota is used up");
        }
        model.put(
                "instances",
                IntStream.range(0, 10)
                        .mapToObj(i -> Map.of("index", i, "active", i < number % 4, "usable", true))
                        .toList());
        return model;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

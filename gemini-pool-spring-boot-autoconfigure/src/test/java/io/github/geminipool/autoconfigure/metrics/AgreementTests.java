package io.github.geminipool.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.testing.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Endpoint, meters and simulator agree on the attempts per key and status after many calls with failures. Runs for ten
 * minutes in the profile {@code soak}.
 */
class AgreementTests {

    private static final Duration DURATION = Duration.ofMinutes(Long.getLong("soak.minutes", 0));
    private static final long MINIMUM_CALLS = 1_500;
    private static final int CALLERS = 8;

    /** Secrets by key name: endpoint and meters know only names. */
    private static final Map<String, String> SECRETS =
            Map.of("steady", "steady-1", "limited", "limited-2", "revoked", "revoked-3", "suspended", "suspended-4");

    /** HTTP status by outcome, for the failures in this test. */
    private static final Map<String, Integer> STATUS = Map.of(
            "success", 200,
            "key_rejected", 400,
            "project_rejected", 403,
            "rate_limited", 429,
            "server_error", 500,
            "overloaded", 503);

    @RegisterExtension
    final GeminiSimulatorExtension extension = GeminiSimulatorExtension.with(b -> {
        SECRETS.forEach((name, secret) -> b.key(secret, options -> options.project(name)));
        b.latency(Latency.uniform(Duration.ofMillis(1), Duration.ofMillis(6)))
                .logLimit(5_000_000)
                .seed(1);
    });

    /** Counts by key and status. */
    private static final class Counts {

        private final Map<String, Map<Integer, Long>> byKey = new TreeMap<>();

        void add(String key, int status, long count) {
            if (count > 0) {
                byKey.computeIfAbsent(key, k -> new TreeMap<>()).merge(status, count, Long::sum);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Counts counts && byKey.equals(counts.byKey);
        }

        @Override
        public int hashCode() {
            return byKey.hashCode();
        }

        @Override
        public String toString() {
            return byKey.toString();
        }
    }

    @Test
    @Timeout(1_200)
    void endpointMetersAndSimulatorAgree() throws Exception {
        GeminiSimulator simulator = extension.simulator();
        simulator.addQuota(Quota.requestsPerMinute(30).project("limited"));
        simulator.fault(Fault.when().probability(0.03).wire("503-high-demand.json"));
        simulator.fault(Fault.when().probability(0.02).respond(500));
        try (ConfigurableApplicationContext context = run()) {
            callWithFailures(context.getBean(GeminiPool.class), simulator);
            boolean agree = Eventually.holds(
                    () -> seen(simulator).equals(endpoint(context))
                            && seen(simulator).equals(meters(context)),
                    Duration.ofSeconds(20));
            String sideBySide = sideBySide(seen(simulator), endpoint(context), meters(context));
            System.out.println(sideBySide);
            assertThat(agree).as(sideBySide).isTrue();
            assertThat(seen(simulator).byKey.values().stream()
                            .flatMap(counts -> counts.keySet().stream())
                            .distinct())
                    .as("statuses")
                    .containsExactlyInAnyOrderElementsOf(STATUS.values());
        }
    }

    private ConfigurableApplicationContext run() {
        int[] index = {0};
        List<String> keys = SECRETS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry -> {
                    String key = "--gemini.pool.keys[" + index[0]++ + "].";
                    return List.of(key + "name=" + entry.getKey(), key + "value=" + entry.getValue()).stream();
                })
                .toList();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.web-application-type=servlet",
                "--management.endpoints.web.exposure.include=geminipool",
                "--gemini.pool.retry.initial-delay=5ms",
                "--gemini.pool.acquire-timeout=1s",
                "--gemini.pool.base-url=" + extension.baseUrl()));
        arguments.addAll(keys);
        return new SpringApplication(PrometheusTests.Application.class).run(arguments.toArray(String[]::new));
    }

    private static void callWithFailures(GeminiPool pool, GeminiSimulator simulator) throws Exception {
        long began = System.nanoTime();
        AtomicLong calls = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            CompletableFuture.allOf(IntStream.range(0, CALLERS)
                            .mapToObj(caller -> CompletableFuture.runAsync(
                                    () -> {
                                        while (calls.get() < MINIMUM_CALLS
                                                || System.nanoTime() - began < DURATION.toNanos()) {
                                            call(pool, simulator, calls.incrementAndGet());
                                        }
                                    },
                                    threads))
                            .toArray(CompletableFuture[]::new))
                    .get(DURATION.toSeconds() + 120, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        System.out.println(calls + " calls in " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }

    private static void call(GeminiPool pool, GeminiSimulator simulator, long number) {
        if (number % 400 == 100) {
            simulator.keyState("revoked-3", KeyState.INVALID);
            simulator.keyState("suspended-4", KeyState.SUSPENDED);
        } else if (number % 400 == 300) {
            simulator.keyState("revoked-3", KeyState.VALID);
            simulator.keyState("suspended-4", KeyState.VALID);
            pool.keys().enable("revoked");
            pool.keys().enable("suspended");
        }
        GenerationRequest request = GenerationRequest.of("Hi").model("m" + number % 3);
        if (number % 4 == 0) {
            try (var stream = pool.generateContentStream(request)) {
                stream.forEach(part -> {});
            } catch (RuntimeException e) {
                // Calls may fail; only the counts matter.
                assertThat(e).isNotNull();
            }
        } else {
            pool.tryGenerateContent(request);
        }
    }

    private static Counts seen(GeminiSimulator simulator) {
        Map<String, String> names = new TreeMap<>();
        SECRETS.forEach((name, secret) -> names.put(secret, name));
        Counts counts = new Counts();
        simulator
                .requests()
                .forEach(request -> counts.add(names.getOrDefault(request.key(), "?"), request.status(), 1));
        return counts;
    }

    private static Counts meters(ConfigurableApplicationContext context) {
        Counts counts = new Counts();
        context.getBean(MeterRegistry.class)
                .get("gemini.pool.key.attempts")
                .counters()
                .forEach(counter -> counts.add(
                        String.valueOf(counter.getId().getTag("key")),
                        status(String.valueOf(counter.getId().getTag("outcome"))),
                        (long) counter.count()));
        return counts;
    }

    private static int status(String outcome) {
        return STATUS.getOrDefault(outcome, -1);
    }

    private static Counts endpoint(ConfigurableApplicationContext context) {
        String port = String.valueOf(context.getEnvironment().getProperty("local.server.port"));
        try {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/geminipool"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            Counts counts = new Counts();
            for (JsonNode key : new ObjectMapper().readTree(response.body()).path("keys")) {
                long succeeded = key.path("attempts").asLong();
                for (Map.Entry<String, JsonNode> failure : key.path("failures").properties()) {
                    long count = failure.getValue().asLong();
                    succeeded -= count;
                    counts.add(
                            key.path("name").asText(), status(failure.getKey().toLowerCase(Locale.ROOT)), count);
                }
                counts.add(key.path("name").asText(), 200, succeeded);
            }
            return counts;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String sideBySide(Counts simulator, Counts endpoint, Counts meters) {
        StringBuilder table = new StringBuilder(
                String.format("%-12s %6s %10s %10s %10s%n", "key", "status", "simulator", "endpoint", "meters"));
        simulator.byKey.forEach((key, counts) -> counts.forEach((status, count) -> table.append(String.format(
                "%-12s %6d %10d %10d %10d%n",
                key, status, count, of(endpoint, key, status), of(meters, key, status)))));
        return table.toString();
    }

    private static long of(Counts counts, String key, int status) {
        return counts.byKey.getOrDefault(key, Map.of()).getOrDefault(status, 0L);
    }
}

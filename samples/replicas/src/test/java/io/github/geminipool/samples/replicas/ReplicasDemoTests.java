package io.github.geminipool.samples.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo, with small quotas: together both replicas send what the quotas allow, and no more. */
@Timeout(120)
class ReplicasDemoTests {

    private static final int REQUESTS_PER_MINUTE = 4;

    private static final Pattern REFUSED = Pattern.compile("\"failedCalls\":[1-9]");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void bothReplicasTakeTurnsWithinTheQuotas() throws IOException {
        if (!Boolean.getBoolean("redis.required")) {
            assumeTrue(isOnPath("redis-server"), "needs redis-server on the path");
        }
        List<Integer> ports = List.of(Ports.free(), Ports.free());
        ReplicasDemo demo =
                new ReplicasDemo(REQUESTS_PER_MINUTE, ports, "--replicas.on=false", "--replicas.interval=250ms");
        try (demo) {
            await(
                    "both share",
                    () -> ports.stream()
                            .allMatch(port -> get(port, "/actuator/health").contains("\"replicas\":2")));
            for (int port : ports) {
                assertThat(put(port, "/load/true")).isEqualTo(200);
            }
            GeminiSimulator gemini = demo.gemini();
            await("the quotas are used up", () -> gemini.requestCount() >= 2 * REQUESTS_PER_MINUTE);
            await(
                    "both would like more",
                    () -> ports.stream()
                            .allMatch(port -> REFUSED.matcher(get(port, "/actuator/geminipool"))
                                    .find()));

            assertThat(gemini.requests()).extracting(RequestRecord::status).containsOnly(200);
            assertThat(gemini.requests()).hasSize(2 * REQUESTS_PER_MINUTE);
            assertThat(ports.stream().mapToInt(this::sentBy).sum()).isEqualTo(2 * REQUESTS_PER_MINUTE);
            for (int port : ports) {
                assertThat(sentBy(port)).isPositive();
                assertThat(get(port, "/"))
                        .contains("<title>Two replicas</title>")
                        .doesNotContain("innerHTML");
            }
            if (isOnPath("chromium") || Boolean.getBoolean("browser.required")) {
                assertThat(page(ports.get(0)))
                        .contains("● one", "■ two", "Project north", "Project south")
                        .containsPattern("\\d \\+ \\d = 4 of 4 in the last minute")
                        .doesNotContain("does not answer");
            }
            assertThat(put(ports.get(0), "/load/false")).isEqualTo(200);
            assertThat(get(ports.get(0), "/turns")).contains("\"on\":false");
        }
        assertThat(demo.replicas()).noneMatch(Process::isAlive);
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }

    /** Returns the page as a browser shows it after three seconds. */
    private static String page(int port) throws IOException {
        Process browser = new ProcessBuilder(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--virtual-time-budget=3000",
                        "--dump-dom",
                        "http://localhost:" + port + "/")
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            // Else a browser that hangs would be read for ever.
            CompletableFuture<?> unused =
                    browser.onExit().orTimeout(40, TimeUnit.SECONDS).exceptionally(late -> browser.destroyForcibly());
            String page = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return page.substring(0, page.indexOf("<script>"));
        } finally {
            browser.destroyForcibly();
        }
    }

    /** Returns how many requests a replica says that it has sent. */
    private int sentBy(int port) {
        return (int) Pattern.compile("\"project\":")
                .matcher(get(port, "/turns"))
                .results()
                .count();
    }

    /** Returns what is answered; empty while nobody listens. */
    private String get(int port, String path) {
        try {
            return send(HttpRequest.newBuilder(address(port, path))).body();
        } catch (IOException e) {
            return "";
        }
    }

    private int put(int port, String path) throws IOException {
        return send(HttpRequest.newBuilder(address(port, path)).PUT(HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    private static URI address(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(50).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("This did not come about within 50 s: " + what);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }
}

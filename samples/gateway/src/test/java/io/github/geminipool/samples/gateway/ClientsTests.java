package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static io.github.geminipool.samples.gateway.RunningGateway.CAROL;
import static io.github.geminipool.samples.gateway.RunningGateway.PASSWORD;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.simulator.GeminiSimulator;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the gateway, and for what. */
@Timeout(60)
class ClientsTests {

    @TempDir
    private static Path directory;

    private static GeminiSimulator simulator;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        simulator = RunningGateway.simulator();
        gateway = RunningGateway.withClients(
                simulator.baseUrl(), "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        simulator.close();
    }

    @BeforeEach
    void resetLog() {
        simulator.resetLog();
    }

    private static HttpResponse<String> with(String header, String value, String path) {
        return RunningGateway.send(gateway.request("POST", path, prompt("Hi"))
                .header(header, value)
                .build());
    }

    @Test
    void acceptsTokensInEachPlace() {
        assertThat(with("x-goog-api-key", ALICE, generate()).statusCode()).isEqualTo(200);
        assertThat(with("Authorization", "Bearer " + ALICE, generate()).statusCode())
                .isEqualTo(200);
        assertThat(with("X-Other", "", generate() + "?key=" + ALICE).statusCode())
                .isEqualTo(200);
        assertThat(simulator.requests())
                .hasSize(3)
                .allSatisfy(request ->
                        assertThat(request.path() + request.headers()).doesNotContain(ALICE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "token-of-alice-012345678", "token-of-alice-01234567890", "simulated-key-one"})
    void refusesOtherTokens(String token) {
        HttpResponse<String> response = with("x-goog-api-key", token, generate());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("\"code\":401").contains("UNAUTHENTICATED");
        assertThat(with("Authorization", "Basic " + token, generate()).statusCode())
                .isEqualTo(401);
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void refusesTokensOfTwoClients() {
        assertThat(with("x-goog-api-key", ALICE, generate() + "?key=" + BOB).statusCode())
                .isEqualTo(401);
        assertThat(with("x-goog-api-key", ALICE, generate() + "?key=" + ALICE).statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesInTheShapeOfThePathsSdk() {
        assertThat(with("Authorization", "Bearer wrong", "/openai/v1/chat/completions")
                        .body())
                .startsWith("{\"error\":{\"message\":")
                .contains("\"code\":\"invalid_api_key\"");
        assertThat(with("x-goog-api-key", "wrong", "/v1beta/interactions").body())
                .startsWith("{\"error\":{\"code\":\"authentication\"");
    }

    @Test
    void slowsDownThoseWhoTry() {
        try (RunningGateway slow = RunningGateway.withClients(
                simulator.baseUrl(),
                "--gateway.wrong-token-delay=100ms",
                "--gateway.owners-file=" + directory.resolve("slow.txt"))) {
            long before = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                assertThat(slow.send("POST", generate(), "wrong", prompt("Hi")).statusCode())
                        .isEqualTo(401);
            }
            assertThat(System.nanoTime() - before).isGreaterThan(600_000_000L);
        }
    }

    private static HttpResponse<String> get(String token, String path) {
        return gateway.send("GET", path, token, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/dashboard.html",
                "/actuator",
                "/actuator/geminipool",
                "/actuator/prometheus",
                "/actuator/metrics",
                "/actuator/env",
                "/actuator/health/geminiPool",
                "/ACTUATOR/geminipool",
                "/actuator/%67eminipool",
                "/error"
            })
    void operatorsPagesNeedALogin(String path) {
        assertThat(get(ALICE, path).statusCode()).isEqualTo(401);
        assertThat(operator(path, "guess").statusCode()).isEqualTo(401);
    }

    private static HttpResponse<String> operator(String path, String password, String... headers) {
        String login = Base64.getEncoder().encodeToString(("operator:" + password).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = gateway.request("GET", path, null).header("Authorization", "Basic " + login);
        return RunningGateway.send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    @Test
    void theOperatorSeesTheDashboard() {
        assertThat(operator("/dashboard.html", PASSWORD).body()).contains("<html");
        assertThat(operator("/actuator/geminipool", PASSWORD).body()).contains("\"one\"");
        assertThat(operator("/actuator/prometheus", PASSWORD).body()).contains("gemini_pool");
        assertThat(get("", "/actuator/health").body()).contains("UP");
        assertThat(operator("/actuator/geminipool", PASSWORD, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(operator("/actuator/geminipool", PASSWORD, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void withoutClientsOnlyThisMachineIsServed() {
        try (RunningGateway open = RunningGateway.open(simulator.baseUrl(), "--server.address=0.0.0.0")) {
            assertThat(RunningGateway.send(open.request("POST", generate(), prompt("Hi"))
                                    .header("Origin", "https://evil.example")
                                    .build())
                            .statusCode())
                    .isEqualTo(403);
            assertThat(open.send("POST", generate(), "any", prompt("Hi")).statusCode())
                    .isEqualTo(200);
            for (String header : List.of("Forwarded", "Via", "X-Real-IP", "X-Forwarded-For")) {
                assertThat(RunningGateway.send(open.request("POST", generate(), prompt("Hi"))
                                        .header(header, "10.0.0.1")
                                        .build())
                                .statusCode())
                        .isEqualTo(403);
            }
            assertThatThrownBy(() -> new Socket("127.0.0.2", open.port()).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void refusesWeakClients() {
        assertThatThrownBy(() -> RunningGateway.open(
                        simulator.baseUrl(), "--gateway.clients[0].name=dave", "--gateway.clients[0].token=short"))
                .hasStackTraceContaining("at least 16 characters");
    }

    @Test
    void clientsHaveLimitsOfTheirOwn() {
        try (RunningGateway limited = RunningGateway.withClients(
                simulator.baseUrl(),
                "--gemini.pool.acquire-timeout=0s",
                "--gateway.clients[0].requests-per-minute=1",
                "--gateway.clients[1].models=gemini-pro-latest",
                "--gateway.owners-file=" + directory.resolve("limited.txt"))) {
            assertThat(limited.send("POST", generate(), ALICE, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = limited.send("POST", generate(), ALICE, prompt("Hi"));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(limited.send("POST", generate(), BOB, prompt("Hi")).statusCode())
                    .isNotEqualTo(200);
            assertThat(limited.send("POST", generate(), CAROL, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            assertThat(limited.pool().stats().callers())
                    .anyMatch(caller -> caller.caller().equals("alice"));
        }
    }
}

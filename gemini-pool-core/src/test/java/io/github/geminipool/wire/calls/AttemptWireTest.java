package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts on the wire: requests, headers, retries and back-off. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class AttemptWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    /** Retries without a back-off. */
    private static final RetrySettings AT_ONCE = new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiPool pool(GeminiSimulator simulator, RetrySettings retry, String... keys) {
        return invariants.pool(simulator, b -> {
            b.settings(b.settings().withRetry(retry));
            for (String key : keys) {
                b.key(key);
            }
        });
    }

    private GeminiSimulator simulator() {
        return invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    @Test
    void keysTakeTurns() {
        GeminiSimulator simulator = simulator();
        // A key whose first answer took more than twice as long as the other's would be spared.
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY).key(OTHER).timeSource(new ManualTime()));
        IntStream.range(0, 6).forEach(i -> pool.generateContent("Hi"));
        assertThat(simulator.requests())
                .extracting(RequestRecord::key)
                .containsExactly(KEY, OTHER, KEY, OTHER, KEY, OTHER);
    }

    @Test
    void aKeyInTheQueryIsDropped() throws IOException {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models?pageSize=2&key=callers-own")
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(simulator.requests().get(0).path()).doesNotContain("callers-own");
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSdkDoesNotRetryByItself(boolean callersOwnOptions) {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = pool(simulator, new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0, 1), KEY);
        GenerateContentConfig config = callersOwnOptions
                ? GenerateContentConfig.builder()
                        .httpOptions(HttpOptions.builder()
                                .retryOptions(HttpRetryOptions.builder().attempts(4))
                                .build())
                        .build()
                : null;

        ServerException e = catchThrowableOfType(
                ServerException.class, () -> pool.client().models.generateContent("m", "Hi", config));

        assertThat(e.code()).isEqualTo(503);
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 503})
    void oneAttemptIsOneExchange(int status) {
        GeminiSimulator simulator = simulator();
        // OkHttp itself would retry after these.
        simulator.fault(Fault.when().body(status, "text/plain", "", Map.of("Retry-After", "0")));
        GeminiPool pool = pool(simulator, new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1), KEY);
        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
        assertThat(e).isNotNull();
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(pool.stats().attempts().total()).isEqualTo(1);
    }

    @Test
    void aResetIsRetriedByThePoolOnly() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().first(2).reset());
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThat(pool.keyStats().keys().get(0).attempts().failures()).containsEntry(FailureKind.NETWORK, 2L);
        assertThat(pool.keyStats().keys().get(0).errorRate()).isZero();
    }

    @Test
    void aResetOfAReusedConnectionIsRetriedByThePoolOnly() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().nth(2).reset());
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        pool.generateContent("Hi");
        assertThat(pool.httpClient().connectionPool().idleConnectionCount()).isEqualTo(1);
        pool.generateContent("Hi");
        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThat(pool.stats().attempts().total()).isEqualTo(3);
    }

    @Test
    void connectionsOfABurstAreKeptForTheNext() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().first(30).whenInFlight(30));
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(KEY).settings(b.settings().withSize(30)));
        var answers = IntStream.range(0, 30)
                .mapToObj(i -> pool.generateContentAsync("Hi"))
                .toList();
        answers.forEach(answer -> assertThat(answer.join().text()).contains("Hi"));
        Eventually.await(
                "all are idle", () -> pool.httpClient().connectionPool().idleConnectionCount() == 30);
        assertThat(pool.httpClient().connectionPool().connectionCount()).isEqualTo(30);
    }

    @Test
    void theEnvironmentDoesNotReachTheClient() {
        // Surefire sets it.
        assertThat(System.getenv("GOOGLE_GENAI_USE_VERTEXAI")).isEqualTo("true");
        GeminiPool pool = pool(simulator(), AT_ONCE, KEY);
        assertThat(pool.client().vertexAI()).isFalse();
        assertThat(pool.client().apiKey()).isEqualTo("set-by-gemini-pool");
    }

    @Test
    void exclusionsAreLogged() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().key(KEY).wire("403-key-reported-leaked.json"));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY, OTHER);
        pool.generateContent("Hi");
        pool.generateContent("Hi");
        assertThat(invariants.logged())
                .filteredOn(line -> line.startsWith("WARN"))
                .hasSize(1)
                .first()
                .asString()
                .contains("Not using key 'Key #1' until an operator acts", "leaked", "replace it");
    }

    @Test
    void requestsThatAreNotIdempotentAreNotRetriedAfterAReset() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().operation(Operation.UPLOAD_START).reset());
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        Throwable e = catchThrowable(() -> pool.client()
                .files
                .upload(new byte[1], UploadFileConfig.builder().mimeType("a/b").build()));
        assertThat(invariants.saw(e)).isInstanceOf(GenAiIOException.class);
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void overloadIsRetriedAndReturnedWhenAttemptsAreUsedUp() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().wire("503-high-demand.json"));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY, OTHER);
        ServerException e = catchThrowableOfType(ServerException.class, () -> pool.generateContent("Hi"));
        assertThat(e.code()).isEqualTo(503);
        assertThat(e).hasMessageContaining("high demand");
        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThat(pool.keyStats().usable()).isEqualTo(2);
    }

    @Test
    void maxAttemptsOfARequestCountsRetriesOnly() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().key(KEY).wire("429-free-tpm.json"));
        simulator.fault(Fault.when().key(OTHER).respond(500));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY, OTHER);
        Throwable e = catchThrowable(
                () -> pool.generateContent(GenerationRequest.of("Hi").maxAttempts(2)));
        assertThat(e).isInstanceOf(ServerException.class);
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER, OTHER);
    }

    @Test
    void aRequestsOwnErrorIsReturnedAndMarksNoKey() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().wire("400-input-too-long.json"));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY, OTHER);
        ClientException e = catchThrowableOfType(ClientException.class, () -> pool.generateContent("Hi"));
        assertThat(e.code()).isEqualTo(400);
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(pool.keyStats().usable()).isEqualTo(2);
        assertThat(pool.keyStats().keys().get(0).errorRate()).isZero();
    }

    @Test
    void aRedirectIsNotFollowed() {
        GeminiSimulator simulator = simulator();
        GeminiSimulator elsewhere = invariants.simulator(b -> b.key(KEY));
        simulator.fault(
                Fault.when().body(307, "text/plain", "", Map.of("Location", elsewhere.baseUrl() + "/v1beta/models")));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
        assertThat(e).isNotNull();
        assertThat(elsewhere.requestCount()).isZero();
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void theKeyGoesToTheConfiguredHostOnly() {
        GeminiSimulator simulator = simulator();
        GeminiSimulator elsewhere = invariants.simulator(b -> b.key(KEY));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        Request request = new Request.Builder()
                .url(elsewhere.baseUrl() + "/v1beta/models")
                .build();
        Throwable e = catchThrowable(() -> pool.httpClient().newCall(request).execute());
        assertThat(invariants.saw(e))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(simulator.baseUrl())
                .hasMessageContaining(elsewhere.baseUrl())
                .hasMessageContaining("gemini.pool.base-url");
        assertThat(elsewhere.requestCount()).isZero();
    }

    @Test
    void theReadTimeoutIsThePools() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().hang());
        GeminiPool pool = invariants.pool(simulator, b -> {
            HttpSettings http = b.settings().http();
            b.key(KEY)
                    .settings(b.settings()
                            .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))
                            .withHttp(http.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ZERO)));
        });
        assertThat(pool.httpClient().connectTimeoutMillis()).isEqualTo(5_000);
        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
        assertThat(invariants.saw(e)).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause()).isInstanceOf(InterruptedIOException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC", "FACADE_STREAM", "CLIENT_SYNC"})
    void anErrorBodyIsBoundedAndMasked(Form form) {
        GeminiSimulator simulator = simulator();
        String echo = "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":\"what is " + KEY + "? "
                + "x".repeat(200_000) + "\"}}";
        simulator.fault(Fault.when().body(400, "application/json", echo));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        Throwable e = catchThrowable(() -> form.ask(pool, "m", "Hi"));
        assertThat(invariants.saw(e)).isNotNull();
        assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(70_000);
    }

    @Test
    void aMaskedBodyReachesTheCaller() throws IOException {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().body(400, "text/plain", "your key is " + KEY + ", really"));
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models")
                .build();
        try (Response response = pool.httpClient().newCall(request).execute();
                ResponseBody body = response.body()) {
            assertThat(body).isNotNull();
            assertThat(body.string()).contains("your key is ***, really");
        }
    }

    @Test
    void aResponseDoesNotShowTheKey() throws IOException {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().nth(2).respond(500));
        GeminiPool pool = pool(simulator, new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0), KEY);
        for (int i = 0; i < 3; i++) {
            Request request = new Request.Builder()
                    .url(simulator.baseUrl() + "/v1beta/models")
                    .build();
            try (Response response = pool.httpClient().newCall(request).execute()) {
                invariants.saw(response);
                invariants.saw(response.request());
                invariants.saw(response.request().headers());
                invariants.saw(response.networkResponse());
                assertThat(response.request().url()).isEqualTo(request.url());
            }
        }
    }

    @Test
    void aCoolDownOfNothingDoesNotMakeACallEndless() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().body(429, """
                        {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded","details":[
                        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0s"}]}}"""));
        ManualTime time = new ManualTime();
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .settings(b.settings().withRetry(AT_ONCE)));
        CompletableFuture<GenerationResult> answer =
                pool.tryGenerateContentAsync(GenerationRequest.of("Hi").maxAttempts(2));
        // Each key once, which costs no retry, then one retry.
        time.awaitWaiterFor(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(answer.join().isSuccess()).isFalse();
        assertThat(simulator.requestCount()).isEqualTo(4);
    }

    @Test
    void closingAClientAffectsNoCall() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator, AT_ONCE, KEY);
        pool.generateContent("Hi");
        Client client = pool.client();
        client.close();
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(pool.generateContentAsync(GenerationRequest.of("Hi")).join().text())
                .contains("Hi");
        assertThat(List.of(Form.values()))
                .allSatisfy(form -> assertThat(form.ask(pool, "m", "Ho")).contains("Ho"));
    }

    @Test
    void connectionsAreKept() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator, AT_ONCE, KEY, OTHER);
        simulator.fault(Fault.when().key(OTHER).wire("429-free-tpm.json"));
        for (int i = 0; i < 20; i++) {
            pool.generateContent("Hi");
        }
        assertThat(pool.httpClient().connectionPool().connectionCount()).isEqualTo(1);
    }
}

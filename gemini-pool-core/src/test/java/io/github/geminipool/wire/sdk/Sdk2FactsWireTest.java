package io.github.geminipool.wire.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only version 2 of the SDK does, and what the pool makes of it. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk2")
@Timeout(60)
class Sdk2FactsWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final int TIMEOUT_MILLIS = 300;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    /** The pool's time, in which calls wait; OkHttp has its own while a request is under way. */
    private final ManualTime time = new ManualTime();

    private GeminiPool pool(GeminiSimulator simulator) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .settings(b.settings().withSize(1)));
    }

    /** A client of the application over the pool's HTTP client, with a timeout for all its calls. */
    private static Client impatient(GeminiSimulator simulator, OkHttpClient http) {
        return Client.builder()
                .apiKey("any")
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(simulator.baseUrl())
                        .apiVersion("v1beta")
                        .timeout(TIMEOUT_MILLIS)
                        .build())
                .clientOptions(ClientOptions.builder().customHttpClient(http).build())
                .build();
    }

    @Test
    void aClientsTimeoutReachesTheHttpClientThatItWasGiven() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        GeminiPool pool = pool(simulator);

        impatient(simulator, pool.httpClient()).models.generateContent("m", "Hi", null);

        assertThat(simulator.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.headers()).containsEntry("x-server-timeout", "1"));
    }

    @Test
    void aClientsTimeoutIsTheDeadlineOfItsCallsAndBlamesNoKey() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        GeminiPool pool = pool(simulator);
        simulator.fault(Fault.when().hang());
        Client impatient = impatient(simulator, pool.httpClient());

        CompletableFuture<?> answer = impatient.async.models.generateContent("m", "Hi", null);

        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).hasStackTraceContaining("timeout");
        assertThat(simulator.requestCount()).isEqualTo(1);
        Eventually.await("the instance is back", () -> pool.stats().active() == 0);
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.errorRate()).isZero());
        assertThat(pool.keyStats().keys())
                .anySatisfy(key -> assertThat(key.attempts().failures()).isEqualTo(Map.of(FailureKind.CANCELLED, 1L)));
    }

    @Test
    void aClientsTimeoutEndsTheWaitForAnInstanceToo() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        GeminiPool pool = pool(simulator);
        simulator.fault(Fault.when().first(1).hang());
        CompletableFuture<?> holding = pool.tryGenerateContentAsync(
                GenerationRequest.of("Hi").model("m").deadline(Duration.ofMinutes(1)));
        simulator.awaitInFlight(1, Duration.ofSeconds(10));

        CompletableFuture<?> waiting =
                impatient(simulator, pool.httpClient()).async.models.generateContent("m", "Hi", null);
        Eventually.await("it waits", () -> pool.stats().waiting() == 1);
        time.advance(Duration.ofMillis(TIMEOUT_MILLIS));

        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasStackTraceContaining("timeout");
        assertThat(simulator.requestCount()).isEqualTo(1);
        time.advance(Duration.ofMinutes(1));
        assertThat(holding).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aLiveSessionHasOptionsOfItsOwn() throws Exception {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).tls());
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(KEY).ssl(simulator.sslSocketFactory(), simulator.trustManager()));

        var session = pool.client()
                .async
                .live
                .connect(
                        "m",
                        LiveConnectConfig.builder()
                                .httpOptions(HttpOptions.builder()
                                        .apiVersion("v1alpha")
                                        .headers(Map.of("x-tenant", "shop", "x-goog-api-key", "callers-own")))
                                .build())
                .get(10, TimeUnit.SECONDS);
        session.close().get(10, TimeUnit.SECONDS);

        assertThat(simulator.requests()).singleElement().satisfies(request -> {
            assertThat(request.path()).contains("google.ai.generativelanguage.v1alpha.");
            assertThat(request.headers()).containsEntry("x-tenant", "shop");
            assertThat(request.key()).isEqualTo(KEY);
        });
    }

    @Test
    void aLiveSessionElsewhereGetsNoKey() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).tls());
        try (GeminiSimulator elsewhere =
                GeminiSimulator.builder().key(KEY).tls().start()) {
            GeminiPool pool = invariants.pool(
                    simulator, b -> b.key(KEY).ssl(simulator.sslSocketFactory(), simulator.trustManager()));

            assertThatThrownBy(() -> pool.client()
                            .async
                            .live
                            .connect(
                                    "m",
                                    LiveConnectConfig.builder()
                                            .httpOptions(HttpOptions.builder().baseUrl(elsewhere.baseUrl()))
                                            .build())
                            .get(10, TimeUnit.SECONDS))
                    .isNotNull();

            assertThat(elsewhere.requests()).extracting(RequestRecord::key).doesNotContain(KEY);
            assertThat(elsewhere.requestCount()).isZero();
        }
    }
}

package io.github.geminipool.wire.calls;

import static io.github.geminipool.wire.calls.CallOptionsFixture.THREE;
import static io.github.geminipool.wire.calls.CallOptionsFixture.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Views of a pool, whose calls have options. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class BoundClientWireTest {

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private CallOptionsFixture fixture;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        fixture = new CallOptionsFixture(invariants);
        pool = fixture.pool;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "CLIENT.*")
    void aViewsCallsHaveItsOptions(Form form) {
        Client two = pool.client(TWO);
        assertThat(fixture.servedBy(() -> form.ask(pool, two, "m", "Hi"))).containsExactly("two");
        Client three = pool.client(THREE);
        assertThat(fixture.servedBy(() -> form.ask(pool, three, "m", "Hi"))).containsExactly("three");
        assertThat(fixture.servedBy(() -> form.ask(pool, "m", "Hi"))).hasSize(3);
    }

    @Test
    void soDoThoseOfOkHttpAndOfClientsDerivedFromIt() {
        OkHttpClient two = pool.httpClient(TWO);
        OkHttpClient derived = two.newBuilder().followRedirects(false).build();
        assertThat(fixture.servedBy(() -> fixture.execute(two))).containsExactly("two");
        assertThat(fixture.servedBy(() -> fixture.enqueue(two))).containsExactly("two");
        assertThat(fixture.servedBy(() -> fixture.execute(derived))).containsExactly("two");
        assertThat(fixture.servedBy(() -> fixture.enqueue(derived))).containsExactly("two");
        assertThat(fixture.servedBy(() -> fixture.execute(pool.httpClient()))).hasSize(3);
    }

    @Test
    void viewsShareConnectionsAndStatistics() {
        for (int i = 0; i < 5; i++) {
            pool.client(TWO).models.generateContent("m", "Hi", null);
            pool.client(THREE).models.generateContent("m", "Hi", null);
            pool.generateContent("Hi");
        }
        assertThat(fixture.simulator.openConnections()).isEqualTo(1);
        assertThat(pool.httpClient(TWO).connectionPool())
                .isSameAs(pool.httpClient().connectionPool());
        assertThat(pool.stats().calls()).isEqualTo(15);
    }

    @Test
    void closingAViewHasNoEffectOnThePool() {
        Client two = pool.client(TWO);
        two.close();
        assertThat(two.async.models.generateContent("m", "Hi", null).join().text())
                .isNotNull();
        assertThat(pool.generateContentAsync("Hi").join().text()).isNotNull();
    }

    @Test
    void aCallsTimeoutTakesPrecedenceOverTheViewsDeadline() {
        Client hurried = pool.client(CallOptions.NONE.withDeadline(Duration.ofMillis(100)));
        fixture.simulator.fault(Fault.when().delay(Latency.fixed(Duration.ofMillis(500))));
        invariants.requestsMayBeLost();
        assertThat(catchThrowable(() -> hurried.models.generateContent("m", "Hi", null)))
                .hasStackTraceContaining("the call's deadline of PT0.1S has passed");
        GenerateContentConfig patient = GenerateContentConfig.builder()
                .httpOptions(HttpOptions.builder().timeout(20_000).build())
                .build();
        assertThat(hurried.models.generateContent("m", "Hi", patient).text()).isNotNull();
    }

    /** OkHttp replaces the listener of their events, with which other calls get their options. */
    @Test
    void aLiveSessionHasTheOptionsOfItsView() throws IOException {
        try (RawServer server = new RawServer()) {
            server.answer("404 No", new byte[0]);
            GeminiPoolBuilder builder = GeminiPool.builder()
                    .key(ApiKey.of(PoolInvariants.secretOf("one")).named("one"))
                    .key(ApiKey.of(PoolInvariants.secretOf("two")).named("two"));
            try (GeminiPool live = builder.settings(
                            builder.settings().withBaseUrl(server.url()).withSelection(Selection.ROUND_ROBIN))
                    .build()) {
                for (int i = 0; i < 3; i++) {
                    handshake(live.httpClient(TWO), server.url() + "/ws/live");
                }
            }
            assertThat(server.heads())
                    .hasSize(3)
                    .allSatisfy(head -> assertThat(head).contains(PoolInvariants.secretOf("two")));
        }
    }

    private static void handshake(OkHttpClient client, String url) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        client.newWebSocket(new Request.Builder().url(url).build(), new WebSocketListener() {
            @Override
            public void onFailure(WebSocket socket, Throwable e, @Nullable Response response) {
                ended.complete(null);
            }
        });
        ended.join();
    }
}

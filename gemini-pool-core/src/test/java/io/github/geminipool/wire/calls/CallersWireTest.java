package io.github.geminipool.wire.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.BatchProgress;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.stats.CallerStats;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits of callers on the wire, in every form of call. */
@Tag("wire")
@Timeout(60)
class CallersWireTest {

    private static final String SHOP = PoolInvariants.secretOf("shop");
    private static final String BLOG = PoolInvariants.secretOf("blog");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator() {
        return invariants.simulator(b -> b.key(SHOP).key(BLOG));
    }

    private GeminiPool pool(GeminiSimulator simulator, CallerLimits... limits) {
        return invariants.pool(simulator, b -> {
            b.key(ApiKey.of(SHOP).named("shop").inProject("shop"))
                    .key(ApiKey.of(BLOG).named("blog").inProject("blog"));
            for (CallerLimits of : limits) {
                b.caller(of);
            }
        });
    }

    private static GenerationRequest request(String caller) {
        return GenerationRequest.of("Hi").model("m").caller(caller).acquireTimeout(Duration.ZERO);
    }

    @ParameterizedTest
    @EnumSource(OptionsWireTest.Way.class)
    void holdInEveryForm(OptionsWireTest.Way way) {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator, CallerLimits.of("guild").withRequestsPerMinute(2));
        way.ask(pool, request("guild"));
        way.ask(pool, request("guild"));
        Throwable refused = catchThrowable(() -> way.ask(pool, request("guild")));

        assertThat(refused).isInstanceOf(PoolExhaustedException.class);
        assertThat(refused)
                .hasMessageMatching(
                        "The call to model 'm' was not sent: caller 'guild' \\(2 requests a minute\\) has reached"
                                + " its limits \\(waited \\d+ ms\\)\\. Try again in \\d+ s, or change the caller's entry in"
                                + " gemini\\.pool\\.callers\\.");
        assertThat(((PoolExhaustedException) refused).retryAfter())
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
        way.ask(pool, request("another"));
        assertThat(simulator.requests()).hasSize(3);
        assertThat(pool.stats().callers())
                .extracting(CallerStats::caller, CallerStats::calls, CallerStats::refused)
                .containsExactly(tuple("guild", 2L, 1L), tuple("another", 1L, 0L));
    }

    @Test
    void ofTokensHoldWithoutAnyLimitOfAProject() {
        GeminiPool pool = pool(simulator(), CallerLimits.of("guild").withTokensPerMinute(5_000));
        assertThat(pool.tryGenerateContent(
                                GenerationRequest.of("word ".repeat(600)).caller("guild"))
                        .isSuccess())
                .isTrue();
        assertThat(pool.stats().callers().get(0).limits())
                .singleElement()
                .satisfies(usage -> assertThat(usage.used()).isBetween(400L, 3_000L));
        Throwable refused = catchThrowable(() -> pool.generateContent(
                GenerationRequest.of("word ".repeat(20_000)).caller("guild")));
        assertThat(refused)
                .hasMessageContaining("the request is larger than the limits of caller 'guild' (5000 tokens a minute)");
    }

    @Test
    void sayWhichProjectsMayBeUsed() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator, CallerLimits.of("guild").withProjects(Set.of("blog")));
        for (int i = 0; i < 6; i++) {
            pool.generateContent(request("guild"));
        }
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsOnly(BLOG);
        assertThat(catchThrowable(() -> pool.generateContent(request("guild").onlyProjects("shop"))))
                .isInstanceOf(PoolExhaustedException.class);
    }

    @Test
    void sayWhichModelsMayBeUsed() {
        GeminiPool pool = pool(simulator(), CallerLimits.of("guild").withModels(Set.of("m")));
        pool.generateContent(request("guild"));
        assertThat(catchThrowable(() -> pool.generateContent(request("guild").model("large"))))
                .isInstanceOf(PoolExhaustedException.class)
                .hasMessageContaining("caller 'guild' may not use the model");
    }

    @Test
    @Tag("sdk")
    void whatNamesNoModelMayBeDone() {
        GeminiPool pool = pool(simulator(), CallerLimits.of("guild").withModels(Set.of("m")));
        Client client = pool.client(CallOptions.NONE.withCaller("guild"));
        assertThat(client.files
                        .upload(
                                "text".getBytes(UTF_8),
                                UploadFileConfig.builder()
                                        .mimeType("text/plain")
                                        .build())
                        .name())
                .isPresent();
    }

    @Test
    void aBatchSaysWhenItWillBeDone() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(
                simulator, b -> b.key(SHOP).settings(b.settings().withLimits(Limits.NONE.withRequestsPerMinute(600))));
        List<GenerationRequest> requests = IntStream.range(0, 5)
                .mapToObj(i -> GenerationRequest.of("Hi " + i))
                .toList();
        List<BatchProgress> seen = new ArrayList<>();
        pool.generateAll(requests, seen::add);

        assertThat(seen).isNotEmpty();
        BatchProgress first = seen.get(0);
        BatchProgress last = seen.get(seen.size() - 1);
        assertThat(first.estimate()).isNotNull();
        if (first.done() < 5) {
            assertThat(first.estimate()).isGreaterThanOrEqualTo(Duration.ofMillis(100 * (5 - first.done())));
        }
        assertThat(last.estimate()).isZero();
    }

    @Test
    void aBatchThatSaysSoIsInteractive() {
        GeminiPool pool = invariants.pool(
                simulator(), b -> b.key(SHOP).settings(b.settings().withLimits(Limits.NONE.withRequestsPerMinute(20))));
        List<GenerationRequest> requests = IntStream.range(0, 10)
                .mapToObj(i -> GenerationRequest.of("Hi " + i).priority(Priority.INTERACTIVE))
                .toList();
        long since = System.nanoTime();
        assertThat(pool.generateAll(requests)).allMatch(result -> result.isSuccess());
        // In the background, one request would be sent every three seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aBatchInAnInteractiveBlockIsInteractive() {
        GeminiPool pool = invariants.pool(
                simulator(), b -> b.key(SHOP).settings(b.settings().withLimits(Limits.NONE.withRequestsPerMinute(20))));
        List<GenerationRequest> requests = IntStream.range(0, 10)
                .mapToObj(i -> GenerationRequest.of("Hi " + i))
                .toList();
        long since = System.nanoTime();
        pool.within(CallOptions.NONE.withPriority(Priority.INTERACTIVE), () -> {
            assertThat(pool.generateAll(requests)).allMatch(result -> result.isSuccess());
        });
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    @Tag("sdk")
    void holdForGooglesClient() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator, CallerLimits.of("guild").withRequestsPerMinute(1));
        Client client = pool.client(CallOptions.NONE.withCaller("guild").withAcquireTimeout(Duration.ZERO));
        client.models.generateContent("m", "Hi", null);

        assertThatThrownBy(() -> client.models.generateContent("m", "Hi", null))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("caller 'guild' (1 requests a minute) has reached its limits");
        pool.client().models.generateContent("m", "Hi", null);
        assertThat(simulator.requests()).hasSize(2);
    }
}

package io.github.geminipool.wire.tiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.ServiceTier;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("wire")
@Tag("sdk2")
@Tag("okhttp")
@Timeout(60)
class FlexWireTest {

    private static final io.github.geminipool.simulator.ServiceTier FLEX =
            io.github.geminipool.simulator.ServiceTier.FLEX;
    private static final GenerationRequest STANDARD_ONE =
            GenerationRequest.of("Hi").model("m");
    private static final GenerationRequest FLEX_ONE = STANDARD_ONE.serviceTier(ServiceTier.FLEX);
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    /** The forms of call of the facade. */
    private enum Asked {
        SYNC {
            @Override
            String ask(GeminiPool pool, GenerationRequest request) {
                return Objects.requireNonNull(pool.generateContent(request).text());
            }
        },
        ASYNC {
            @Override
            String ask(GeminiPool pool, GenerationRequest request) {
                return Objects.requireNonNull(
                        pool.generateContentAsync(request).join().text());
            }
        },
        STREAM {
            @Override
            String ask(GeminiPool pool, GenerationRequest request) {
                return read(pool.generateContentStream(request));
            }
        },
        CHAT {
            @Override
            String ask(GeminiPool pool, GenerationRequest request) {
                return Objects.requireNonNull(chat(pool, request).send(request).text());
            }
        },
        CHAT_ASYNC {
            @Override
            String ask(GeminiPool pool, GenerationRequest request) {
                return Objects.requireNonNull(
                        chat(pool, request).sendAsync(request).join().text());
            }
        },
        CHAT_STREAM {
            @Override
            String ask(GeminiPool pool, GenerationRequest request) {
                return read(chat(pool, request).sendStream(request));
            }
        };

        abstract String ask(GeminiPool pool, GenerationRequest request);

        private static PooledChat chat(GeminiPool pool, GenerationRequest request) {
            return pool.createChat(Objects.requireNonNull(request.model()));
        }

        private static String read(GenerationStream stream) {
            try (stream) {
                StringBuilder text = new StringBuilder();
                for (GenerateContentResponse part : stream) {
                    text.append(part.text());
                }
                return text.toString();
            }
        }
    }

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        pool = pool(Duration.ofMinutes(5));
    }

    /** Replaces the pool by one on a simulator of its own. */
    private void start(Duration readTimeout) {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        pool = pool(readTimeout);
    }

    private GeminiPool pool(Duration readTimeout) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .listener(events)
                        .settings(b.settings()
                                .withSize(4)
                                .withHttp(b.settings()
                                        .http()
                                        .withTimeouts(Duration.ofSeconds(10), readTimeout, Duration.ZERO))
                                .withRetry(
                                        new RetrySettings(3, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1))));
    }

    private List<Object> tiers() {
        return simulator.requests().stream()
                .<Object>map(RequestRecord::serviceTier)
                .toList();
    }

    @Test
    void nobodyWaitsOrFailsForAFlexStorm() {
        simulator.fault(Fault.when().serviceTier(FLEX).respond(503));
        List<CompletableFuture<GenerationResult>> flex = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            flex.add(pool.tryGenerateContentAsync(FLEX_ONE.acquireTimeout(Duration.ofHours(1))));
        }
        for (int second = 0; second < 120; second++) {
            List<CompletableFuture<GenerationResult>> interactive = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                interactive.add(pool.tryGenerateContentAsync(STANDARD_ONE));
            }
            for (CompletableFuture<GenerationResult> each : interactive) {
                GenerationResult result = each.join();
                assertThat(result.isSuccess()).isTrue();
                assertThat(result.attempts()).hasSize(1);
                assertThat(result.waited()).isZero();
            }
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(flex).noneMatch(CompletableFuture::isDone);
        assertThat(events.attempts()).hasSizeGreaterThan(480 + 4).allSatisfy(FlexWireTest::isOfFlexOrNone);
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.errorRate()).isZero());
        assertThat(pool.stats().models()).hasSize(1);

        simulator.clearFaults();
        assertThat(Eventually.holds(
                        () -> {
                            time.advance(Duration.ofSeconds(10));
                            return flex.stream().allMatch(CompletableFuture::isDone);
                        },
                        Duration.ofSeconds(20)))
                .isTrue();
        assertThat(flex).allSatisfy(each -> {
            assertThat(each.join().isSuccess()).isTrue();
            assertThat(each.join().serviceTier()).isEqualTo("flex");
        });
    }

    private static void isOfFlexOrNone(AttemptEnded attempt) {
        Failure failure = attempt.failure();
        if (failure != null) {
            assertThat(failure.cause()).isEqualTo(FailureCause.FLEX_CAPACITY);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aFlexRefusalExcludesNothingAndFallsOnNobodyElse(int status) {
        simulator.fault(Fault.when()
                .serviceTier(FLEX)
                .body(status, "{\"error\":{\"code\":" + status + ",\"message\":\"Busy\"}}"));
        for (int i = 0; i < 20; i++) {
            GenerationResult flex = pool.tryGenerateContent(FLEX_ONE.maxAttempts(1));
            assertThat(Objects.requireNonNull(flex.attempts().get(0).failure()).cause())
                    .isEqualTo(FailureCause.FLEX_CAPACITY);
        }
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        assertThat(pool.generateContent(STANDARD_ONE).text()).isNotEmpty();
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.usable()).isTrue());
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void aFlexRefusalWithinAStreamIsHeldAgainstNobodyEither(Framing framing) {
        simulator.fault(Fault.when()
                .serviceTier(FLEX)
                .errorInStream(
                        2, framing, "{\"error\":{\"code\":503,\"message\":\"Busy\",\"status\":\"UNAVAILABLE\"}}"));
        for (int i = 0; i < 20; i++) {
            Throwable e = catchThrowable(() -> Asked.STREAM.ask(pool, FLEX_ONE));
            assertThat(invariants.saw(e)).hasStackTraceContaining("Busy");
        }
        assertThat(events.attempts())
                .hasSize(20)
                .allSatisfy(attempt -> assertThat(
                                Objects.requireNonNull(attempt.failure()).cause())
                        .isEqualTo(FailureCause.FLEX_CAPACITY));
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        assertThat(Asked.STREAM.ask(pool, STANDARD_ONE)).isNotEmpty();
    }

    @Test
    void anExcludedModelIsExcludedForFlexToo() {
        simulator.fault(Fault.when().respond(503));
        for (int i = 0; i < 10; i++) {
            pool.tryGenerateContent(
                    GenerationRequest.of("Hi " + i).model("m").maxAttempts(1).acquireTimeout(Duration.ZERO));
        }
        assertThat(events.events(ScopeExcluded.class)).isNotEmpty();
        long before = simulator.requestCount();
        Throwable e = catchThrowable(() -> pool.generateContent(FLEX_ONE.acquireTimeout(Duration.ZERO)));
        assertThat(e).isNotNull();
        assertThat(simulator.requestCount()).isEqualTo(before);
    }

    @Test
    void aFlexAnswerMayTakeLongerThanTheReadTimeout() {
        start(Duration.ofMillis(300));
        simulator.fault(Fault.when().delay(Latency.fixed(Duration.ofSeconds(1))));
        assertThat(pool.generateContent(FLEX_ONE).text()).isNotEmpty();
        invariants.requestsMayBeLost();
        assertThat(pool.tryGenerateContent(STANDARD_ONE.maxAttempts(1)).isSuccess())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void aFlexRequestGoesOnAsStandardIfItIsNotAnsweredInTime(Asked form) {
        invariants.requestsMayBeLost();
        simulator.fault(Fault.when().serviceTier(FLEX).hang());
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> form.ask(pool, FLEX_ONE.upgradeAfter(Duration.ofMinutes(2))));
        assertThat(simulator.awaitInFlight(1, Duration.ofSeconds(10))).isTrue();
        time.advance(Duration.ofSeconds(119));
        assertThat(answer).isNotDone();
        time.advance(Duration.ofSeconds(1));
        assertThat(answer.join()).isNotEmpty();
        assertThat(tiers()).containsExactly(FLEX, io.github.geminipool.simulator.ServiceTier.STANDARD);
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void aFlexRequestThatWaitsToBeRetriedGoesOnAsStandardToo(Asked form) {
        simulator.fault(Fault.when().serviceTier(FLEX).respond(503));
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> form.ask(pool, FLEX_ONE.upgradeAfter(Duration.ofMillis(500))));
        time.awaitWaiterFor(Duration.ofSeconds(1));
        time.advance(Duration.ofMillis(500));
        assertThat(answer.join()).isNotEmpty();
        assertThat(tiers()).containsExactly(FLEX, io.github.geminipool.simulator.ServiceTier.STANDARD);
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void aFlexRequestThatIsRetriedNoMoreGoesOnAsStandardAtOnce(Asked form) {
        simulator.fault(Fault.when().serviceTier(FLEX).respond(503));
        assertThat(form.ask(pool, FLEX_ONE.maxAttempts(1).upgradeAfter(Duration.ofMinutes(2))))
                .isNotEmpty();
        assertThat(tiers()).containsExactly(FLEX, io.github.geminipool.simulator.ServiceTier.STANDARD);
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void aFlexRequestThatIsAnsweredInTimeStaysThere(Asked form) {
        assertThat(form.ask(pool, FLEX_ONE.upgradeAfter(Duration.ofMinutes(2)))).isNotEmpty();
        time.advance(Duration.ofMinutes(3));
        assertThat(tiers()).containsExactly(FLEX);
    }

    @Test
    void anotherFailureIsNoReasonToGoOnAsStandard() {
        simulator.fault(Fault.when().serviceTier(FLEX).respond(400));
        assertThat(pool.tryGenerateContent(FLEX_ONE.upgradeAfter(Duration.ofMinutes(2)))
                        .isSuccess())
                .isFalse();
        assertThat(tiers()).containsExactly(FLEX);
    }

    @Test
    void priorityThatIsServedAsStandardShows() {
        simulator.addQuota(Quota.requestsPerMinute(10));
        GenerationRequest priority =
                STANDARD_ONE.serviceTier(ServiceTier.PRIORITY).onlyKeys("Key #1");
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            served.add(String.valueOf(pool.tryGenerateContent(priority).serviceTier()));
        }
        assertThat(served).startsWith("priority", "priority").endsWith("standard");
        assertThat(pool.stats().attempts().serviceTiers()).containsOnlyKeys("priority", "standard");
        assertThat(Asked.STREAM.ask(pool, priority)).isNotEmpty();
        AttemptEnded streamed = events.attempts().get(5);
        assertThat(Objects.requireNonNull(streamed.response()).serviceTier()).isEqualTo("standard");
        assertThat(pool.client()
                        .models
                        .generateContent(
                                "m", "Hi", GenerateContentConfig.builder().build())
                        .text())
                .isNotEmpty();
    }
}

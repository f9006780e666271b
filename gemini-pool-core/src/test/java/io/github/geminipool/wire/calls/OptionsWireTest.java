package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.errors.ApiException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Options of a request, in every form of call. */
@Tag("wire")
@Timeout(60)
class OptionsWireTest {

    private static final String SHOP_1 = PoolInvariants.secretOf("shop-1");
    private static final String SHOP_2 = PoolInvariants.secretOf("shop-2");
    private static final String BLOG = PoolInvariants.secretOf("blog");
    private static final String PAID = PoolInvariants.secretOf("paid");

    private static final GenerationRequest HI = GenerationRequest.of("Hi").model("m");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;

    enum Way {
        SYNC {
            @Override
            @Nullable
            String ask(GeminiPool pool, GenerationRequest request) {
                return pool.generateContent(request).text();
            }
        },
        ASYNC {
            @Override
            @Nullable
            String ask(GeminiPool pool, GenerationRequest request) {
                try {
                    return pool.generateContentAsync(request).join().text();
                } catch (CompletionException e) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : e;
                }
            }
        },
        STREAM {
            @Override
            @Nullable
            String ask(GeminiPool pool, GenerationRequest request) {
                StringBuilder text = new StringBuilder();
                try (GenerationStream stream = pool.generateContentStream(request)) {
                    stream.forEach(part -> text.append(part.text()));
                }
                return text.toString();
            }
        },
        CHAT {
            @Override
            @Nullable
            String ask(GeminiPool pool, GenerationRequest request) {
                return pool.createChat().send(request).text();
            }
        },
        CHAT_STREAM {
            @Override
            @Nullable
            String ask(GeminiPool pool, GenerationRequest request) {
                StringBuilder text = new StringBuilder();
                try (GenerationStream stream = pool.createChat().sendStream(request)) {
                    stream.forEach(part -> text.append(part.text()));
                }
                return text.toString();
            }
        },
        BATCH {
            @Override
            @Nullable
            String ask(GeminiPool pool, GenerationRequest request) {
                return pool.generateAll(List.of(request)).get(0).text();
            }
        };

        abstract @Nullable String ask(GeminiPool pool, GenerationRequest request);
    }

    @BeforeEach
    void start() {
        simulator =
                invariants.simulator(b -> b.key(SHOP_1).key(SHOP_2).key(BLOG).key(PAID));
    }

    private GeminiPool pool() {
        return invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(SHOP_1).named("shop-1").inProject("shop"))
                        .key(ApiKey.of(SHOP_2).named("shop-2").inProject("shop"))
                        .key(ApiKey.of(BLOG).named("blog"))
                        .key(ApiKey.of(PAID).named("paid"))
                        .project(new Project("paid", "paid", 1, 1.0))
                        .settings(b.settings()
                                .withSize(2)
                                .withRetry(new RetrySettings(3, Duration.ZERO, 2, Duration.ZERO, 0, 1))));
    }

    private List<String> keysAsked() {
        return simulator.requests().stream().map(RequestRecord::key).toList();
    }

    private static void askFourTimes(Way way, GeminiPool pool, GenerationRequest request) {
        IntStream.range(0, 4).forEach(i -> assertThat(way.ask(pool, request)).contains("Hi"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void withoutChoiceTheKeysOfTheLowestTierServe(Way way) {
        GeminiPool pool = pool();
        IntStream.range(0, 6).forEach(i -> way.ask(pool, HI));
        assertThat(keysAsked()).containsOnly(SHOP_1, SHOP_2, BLOG);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void onlyTheseKeysServe(Way way) {
        askFourTimes(way, pool(), HI.onlyKeys("shop-2"));
        assertThat(keysAsked()).containsOnly(SHOP_2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void onlyTheseProjectsServe(Way way) {
        askFourTimes(way, pool(), HI.onlyProjects("shop"));
        assertThat(keysAsked()).containsOnly(SHOP_1, SHOP_2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void amongTheOnlyOnesTheLowestTierComesFirst(Way way) {
        GeminiPool pool = pool();
        askFourTimes(way, pool, HI.onlyKeys("paid").onlyProjects("blog"));
        assertThat(keysAsked()).containsOnly(BLOG);
        simulator.keyState(BLOG, KeyState.INVALID);
        askFourTimes(way, pool, HI.onlyKeys("paid").onlyProjects("blog"));
        assertThat(keysAsked()).endsWith(BLOG, PAID, PAID, PAID, PAID);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void othersThanTheseKeysAndProjectsServe(Way way) {
        GeminiPool pool = pool();
        askFourTimes(way, pool, HI.notProjects("shop"));
        assertThat(keysAsked()).containsOnly(BLOG);
        askFourTimes(way, pool, HI.notProjects("shop").notKeys("blog"));
        assertThat(keysAsked().subList(4, 8)).containsOnly(PAID);
        askFourTimes(way, pool, HI.onlyProjects("shop").notKeys("shop-1"));
        assertThat(keysAsked().subList(8, 12)).containsOnly(SHOP_2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aPreferredProjectServesWhileItCan(Way way) {
        GeminiPool pool = pool();
        askFourTimes(way, pool, HI.preferredProject("paid"));
        assertThat(keysAsked()).containsOnly(PAID);
        simulator.keyState(PAID, KeyState.SUSPENDED);
        askFourTimes(way, pool, HI.preferredProject("paid").notProjects("shop"));
        assertThat(keysAsked().subList(4, 9)).containsExactly(PAID, BLOG, BLOG, BLOG, BLOG);
        askFourTimes(way, pool, HI.preferredProject("unknown"));
        assertThat(keysAsked().subList(9, 13)).doesNotContain(PAID);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aChoiceBindsFailoverToo(Way way) {
        GeminiPool pool = pool();
        simulator.keyState(SHOP_1, KeyState.INVALID);
        simulator.keyState(SHOP_2, KeyState.INVALID);
        Throwable e = catchThrowable(() -> way.ask(pool, HI.onlyProjects("shop").acquireTimeout(Duration.ZERO)));
        assertThat(invariants.saw(e)).isInstanceOfSatisfying(PoolExhaustedException.class, exhausted -> {
            assertThat(exhausted)
                    .hasMessageContaining("the request accepts only project 'shop'")
                    .hasMessageContaining("shop-1")
                    .hasMessageContaining("shop-2");
            assertThat(exhausted.tried())
                    .extracting(failure -> failure.kind())
                    .containsExactly(FailureKind.KEY_REJECTED, FailureKind.KEY_REJECTED);
            assertThat(exhausted.whyNot()).containsOnlyKeys("shop-1", "shop-2");
            assertThat(exhausted.retryAfter()).isLessThanOrEqualTo(Duration.ofSeconds(10));
        });
        assertThat(keysAsked()).containsExactlyInAnyOrder(SHOP_1, SHOP_2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whereNoKeyIsAcceptedTheCallIsRefusedAtOnceAndSaysSo(Way way) {
        GeminiPool pool = pool();
        for (GenerationRequest request : List.of(
                HI.onlyKeys("shop-3"),
                HI.onlyProjects("shpo"),
                HI.onlyKeys("blog").notProjects("blog"))) {
            Throwable e = catchThrowable(() -> way.ask(pool, request));
            assertThat(e)
                    .isInstanceOf(PoolExhaustedException.class)
                    .hasMessageContaining("the pool has no key that the request accepts")
                    .hasMessageContaining("Compare the request's names");
        }
        assertThat(simulator.requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void maxAttemptsCountTheFirstAttemptAndItsRetries(Way way) {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = pool();
        for (int most : new int[] {1, 2, 5}) {
            long before = simulator.requestCount();
            // After five failures in a row a model gets one attempt at a time.
            assertThat(catchThrowable(() -> way.ask(pool, HI.model("m" + most).maxAttempts(most))))
                    .isInstanceOf(ApiException.class);
            assertThat(simulator.requestCount() - before).isEqualTo(most);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAcquireTimeoutOfZeroDoesNotWait(Way way) {
        simulator.fault(Fault.when().first(2).hang());
        GeminiPool pool = pool();
        List<CompletableFuture<?>> busy = List.of(pool.generateContentAsync(HI), pool.generateContentAsync(HI));
        Eventually.await("both instances are busy", () -> simulator.inFlight() == 2);
        assertThat(catchThrowable(() -> way.ask(pool, HI.acquireTimeout(Duration.ZERO))))
                .isInstanceOf(PoolExhaustedException.class)
                .hasMessageContaining("all 2 instances stayed busy");
        busy.forEach(future -> future.cancel(true));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aDeadlineEndsSlowerCalls(Way way) {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = pool();
        long before = System.nanoTime();
        Throwable e = catchThrowable(() -> way.ask(pool, HI.deadline(Duration.ofMillis(150))));
        assertThat(e).hasStackTraceContaining("PT0.15S");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(150), Duration.ofSeconds(10));
    }

    @Test
    void aResultTellsItsAttemptsWithTheirOutcomes() {
        simulator.keyState(SHOP_1, KeyState.INVALID);
        simulator.fault(Fault.when().key(SHOP_2).wire("429-free-tpm.json"));
        simulator.fault(Fault.when().key(BLOG).first(1).respond(503));
        GeminiPool pool = pool();
        GenerationResult result = invariants.saw(pool.tryGenerateContent(HI.notProjects("paid")));
        assertThat(result.isSuccess()).isTrue();
        assertThat(result.attempts()).allSatisfy(attempt -> {
            assertThat(attempt.model()).isEqualTo("m");
            assertThat(attempt.sent()).isTrue();
            assertThat(attempt.elapsed()).isPositive();
        });
        assertThat(result.attempts())
                .extracting(
                        attempt -> attempt.key(),
                        attempt -> attempt.project(),
                        attempt -> attempt.failure() == null
                                ? null
                                : attempt.failure().kind())
                .containsExactly(
                        tuple("shop-1", "shop", FailureKind.KEY_REJECTED),
                        tuple("shop-2", "shop", FailureKind.RATE_LIMITED),
                        tuple("blog", "blog", FailureKind.OVERLOADED),
                        tuple("blog", "blog", null));
        assertThat(result.keyName()).isEqualTo("blog");
        assertThat(result.instanceIndex()).isBetween(0, 1);
        assertThat(result.elapsed()).isPositive();

        GenerationResult refused = pool.tryGenerateContent(HI.onlyKeys("nobody"));
        assertThat(refused.attempts()).isEmpty();
        assertThat(refused.keyName()).isNull();
        assertThat(refused.instanceIndex()).isEqualTo(-1);
    }
}

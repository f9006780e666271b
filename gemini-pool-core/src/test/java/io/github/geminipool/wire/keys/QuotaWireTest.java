package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Quotas of a server and limits of a pool, in virtual time. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class QuotaWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String TWIN = PoolInvariants.secretOf("two");
    private static final Duration WINDOW = Duration.ofMillis(60_100);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    private GeminiSimulator simulator(Quota quota) {
        return invariants.simulator(b -> b.clock(time::now)
                .quota(quota)
                .key(KEY, key -> key.project("shop"))
                .key(TWIN, key -> key.project("shop")));
    }

    /** Builds a pool of two keys of one project. */
    private GeminiPool pool(
            GeminiSimulator simulator, Duration acquireTimeout, Limits limits, Consumer<GeminiPoolBuilder> more) {
        return invariants.pool(simulator, b -> {
            b.timeSource(time)
                    .key(ApiKey.of(KEY).named("first").inProject("shop"))
                    .key(ApiKey.of(TWIN).named("second").inProject("shop"))
                    .settings(b.settings().withAcquireTimeout(acquireTimeout).withLimits(limits));
            more.accept(b);
        });
    }

    private static CompletableFuture<String> asking(GeminiPool pool, Form form) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(form.ask(pool, "m", "Hi"));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "asking");
        thread.start();
        return answer;
    }

    private static long answered(List<CompletableFuture<String>> answers) {
        return answers.stream().filter(CompletableFuture::isDone).count();
    }

    private static void awaitAnswers(List<CompletableFuture<String>> answers, int count) {
        Eventually.await(count + " answers", () -> answered(answers) == count);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void callersWaitForTheNextSlotInsteadOfBeingRefused(Form form) throws Exception {
        GeminiSimulator simulator = simulator(Quota.requestsPerMinute(3));
        GeminiPool pool = pool(simulator, Duration.ofMinutes(5), Limits.NONE.withRequestsPerMinute(3), b -> {});
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(asking(pool, form));
        }
        awaitAnswers(answers, 3);
        Eventually.await("the other two wait", () -> pool.stats().waiting() == 2);
        assertThat(pool.nextAvailability("m")).isEqualTo(WINDOW);
        time.advance(WINDOW);
        awaitAnswers(answers, 4);
        // Busy: the next call is paced.
        Duration distance = Duration.ofMillis(19_400);
        time.awaitWaiterFor(distance);
        time.advance(distance);
        awaitAnswers(answers, 5);
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get(1, TimeUnit.SECONDS)).contains("Hi");
        }
        assertThat(simulator.requests())
                .extracting(RequestRecord::status)
                .hasSize(5)
                .containsOnly(200);
    }

    @Test
    @Tag("once")
    void aCallThatCannotWaitLearnsWhenToTryAgain() {
        GeminiSimulator simulator = simulator(Quota.requestsPerMinute(2));
        GeminiPool pool = pool(simulator, Duration.ofSeconds(30), Limits.NONE.withRequestsPerMinute(2), b -> {});
        assertThat(pool.nextAvailability("gemini-flash-latest")).isZero();
        pool.generateContent("Hi");
        pool.generateContent("Hi");
        PoolExhaustedException e = catchThrowableOfType(PoolExhaustedException.class, () -> pool.generateContent("Hi"));
        assertThat(e).hasMessageContaining("the project's per-minute request quota is used up (limit 2, configured)");
        assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(61));
        assertThat(e.whyNot()).containsOnlyKeys("first", "second");
        assertThat(simulator.requestCount()).isEqualTo(2);
        assertThat(pool.stats().models().get(0).errorInstances()).isZero();
    }

    @Test
    @Tag("once")
    void aLimitIsLearnedFromARefusalAndKeptFromThenOn() {
        GeminiSimulator simulator = simulator(Quota.requestsPerMinute(3));
        GeminiPool pool = pool(simulator, Duration.ZERO, Limits.NONE, b -> {});
        for (int i = 0; i < 3; i++) {
            pool.generateContent("Hi");
        }
        refused(pool);
        assertThat(statuses(simulator)).containsExactly(200, 200, 200, 429);
        for (int minute = 1; minute <= 3; minute++) {
            time.advance(Duration.ofMinutes(3));
            for (int i = 0; i < 3; i++) {
                pool.generateContent("Hi");
            }
            refused(pool);
        }
        assertThat(statuses(simulator))
                .hasSize(13)
                .filteredOn(status -> status == 429)
                .hasSize(1);
    }

    @Test
    @Tag("once")
    void aLimitThatIsConfiguredTooHighIsLearnedDown() {
        GeminiSimulator simulator = simulator(Quota.requestsPerMinute(2));
        GeminiPool pool = pool(simulator, Duration.ZERO, Limits.NONE.withRequestsPerMinute(50), b -> {});
        for (int minute = 0; minute < 3; minute++) {
            pool.generateContent("Hi");
            pool.generateContent("Hi");
            refused(pool);
            time.advance(Duration.ofMinutes(3));
        }
        assertThat(statuses(simulator)).containsExactly(200, 200, 429, 200, 200, 200, 200);
    }

    private static final String FORTY_TOKENS = "x".repeat(160);

    /** Reservations are upper bounds; without settling them by the counts in responses only two calls would fit. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void tokensAreReservedByTheRequestsSizeAndSettledByTheResponse(Form form) {
        GeminiSimulator simulator = simulator(Quota.inputTokensPerMinute(200));
        GeminiPool pool = pool(simulator, Duration.ZERO, Limits.NONE.withTokensPerMinute(200), b -> {});
        int answered = 0;
        while (answered < 10 && isAnswered(pool, form)) {
            answered++;
        }
        assertThat(answered).isBetween(3, 5);
        assertThat(statuses(simulator)).hasSize(answered).containsOnly(200);
    }

    private static boolean isAnswered(GeminiPool pool, Form form) {
        try {
            return form.ask(pool, "m", FORTY_TOKENS) != null;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Test
    @Tag("once")
    void aLimitOfTokensIsLearned() {
        GeminiSimulator simulator = simulator(Quota.inputTokensPerMinute(100));
        GeminiPool pool = pool(simulator, Duration.ZERO, Limits.NONE, b -> {});
        for (int minute = 0; minute < 3; minute++) {
            pool.generateContent(FORTY_TOKENS);
            pool.generateContent(FORTY_TOKENS);
            assertThat(pool.tryGenerateContent(GenerationRequest.of(FORTY_TOKENS))
                            .isSuccess())
                    .isFalse();
            time.advance(Duration.ofMinutes(3));
        }
        assertThat(statuses(simulator)).containsExactly(200, 200, 429, 200, 200, 200, 200);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aPromptThatIsTooLargeForEveryProjectIsNotSent(Form form) {
        GeminiSimulator simulator = simulator(Quota.inputTokensPerMinute(100));
        GeminiPool pool = pool(simulator, Duration.ofMinutes(5), Limits.NONE.withTokensPerMinute(100), b -> {});
        Throwable thrown =
                catchThrowableOfType(RuntimeException.class, () -> form.ask(pool, "m", FORTY_TOKENS.repeat(100)));
        Throwable root = Throwables.getRootCause(thrown);
        assertThat(root == null ? thrown : root)
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("no eligible project may send more than 100 a minute");
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    @Tag("once")
    void aPromptThatIsRefusedForItsSizeIsNotCarriedThroughEveryProject() {
        GeminiSimulator simulator = invariants.simulator(b -> b.clock(time::now)
                .quota(Quota.inputTokensPerMinute(100))
                .key(KEY, key -> key.project("a"))
                .key(TWIN, key -> key.project("b")));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.timeSource(time)
                        .key(ApiKey.of(KEY).named("first").inProject("a"))
                        .key(ApiKey.of(TWIN).named("second").inProject("b")));
        assertThat(pool.tryGenerateContent(GenerationRequest.of(FORTY_TOKENS.repeat(100)))
                        .isSuccess())
                .isFalse();
        assertThat(statuses(simulator)).containsExactly(429);
    }

    @Test
    @Tag("once")
    void countingTokensTakesNoQuota() {
        GeminiSimulator simulator = simulator(Quota.requestsPerMinute(1));
        GeminiPool pool = pool(simulator, Duration.ZERO, Limits.NONE.withRequestsPerMinute(1), b -> {});
        pool.client().models.countTokens("gemini-flash-latest", "Hi", null);
        pool.generateContent("Hi");
        pool.client().models.countTokens("gemini-flash-latest", "Hi", null);
        assertThat(statuses(simulator)).containsExactly(200, 200, 200);
    }

    @Test
    @Tag("once")
    void theDayIsKeptToo() {
        GeminiSimulator simulator = simulator(Quota.requestsPerDay(2));
        GeminiPool pool = pool(simulator, Duration.ZERO, Limits.NONE.withRequestsPerDay(2), b -> {});
        pool.generateContent("Hi");
        pool.generateContent("Hi");
        refused(pool);
        // From noon in California to midnight.
        assertThat(pool.nextAvailability("gemini-flash-latest")).isEqualTo(Duration.ofHours(12));
        time.advance(Duration.ofHours(12));
        pool.generateContent("Hi");
        assertThat(statuses(simulator)).containsExactly(200, 200, 200);
    }

    @Test
    @Tag("once")
    void theNearestLimitHoldsValueByValue() {
        GeminiSimulator simulator = simulator(Quota.requestsPerMinute(100));
        GeminiPool pool = pool(
                simulator,
                Duration.ZERO,
                Limits.NONE.withRequestsPerMinute(50).withShare(0.5),
                b -> b.project(Project.of("shop")
                        .withLimits(Limits.NONE.withRequestsPerMinute(4))
                        .withModelLimits(Map.of("m", Limits.NONE.withRequestsPerMinute(6)))));
        assertThat(sent(pool, "m")).isEqualTo(3);
        assertThat(sent(pool, "other")).isEqualTo(2);
    }

    private static int sent(GeminiPool pool, String model) {
        int sent = 0;
        while (sent < 20
                && pool.tryGenerateContent(GenerationRequest.of("Hi").model(model))
                        .isSuccess()) {
            sent++;
        }
        return sent;
    }

    private static void refused(GeminiPool pool) {
        PoolExhaustedException e = catchThrowableOfType(PoolExhaustedException.class, () -> pool.generateContent("Hi"));
        assertThat(e).isNotNull();
    }

    private static List<Integer> statuses(GeminiSimulator simulator) {
        return simulator.requests().stream().map(RequestRecord::status).toList();
    }
}

package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HealthTest {

    private static final Scope KEY = new Scope.Key("k1");
    private static final Scope PROJECT = new Scope.Project("p");

    private final VirtualTime time = new VirtualTime();
    private final Exclusions exclusions = new Exclusions();
    private final KeyHealth key = new KeyHealth("k1", 0, ApiKey.of("secret"), new Project("p", "b", 0, 1), exclusions);
    private final Health health = new Health(exclusions, time.clock(), List.of(key));
    private final Outage model = health.ofModel("m");
    private final Trial trial = new Trial(key, model, List.of());

    /** Nobody else is there, and there is another project. */
    private static final Crowd NOBODY = new Crowd() {
        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public int projects(int enough) {
            return 2;
        }
    };

    private @Nullable Exclusion failed(Trial which, Failure failure) {
        List<Exclusion> excluded = health.failed(which, failure, NOBODY, now()).excluded();
        assertThat(excluded).hasSizeLessThan(2);
        return excluded.isEmpty() ? null : excluded.get(0);
    }

    private static Failure failure(FailureKind kind, Scope scope, @Nullable Instant until, boolean lasting) {
        return new Failure(kind, scope, until, lasting, 400, "a test");
    }

    private static Exclusion present(@Nullable Exclusion exclusion) {
        assertThat(exclusion).as("exclusion").isNotNull();
        return Objects.requireNonNull(exclusion);
    }

    private @Nullable Exclusion fails(FailureKind kind, Scope scope) {
        return failed(trial, failure(kind, scope, null, false));
    }

    private @Nullable Exclusion failsUntil(Duration fromNow) {
        return failed(trial, failure(FailureKind.RATE_LIMITED, KEY, time.now().plus(fromNow), false));
    }

    private long now() {
        return time.clock().nanos();
    }

    private Duration pauseOfKey() {
        Exclusion exclusion = key.ownCell().at(now());
        return exclusion == null ? Duration.ZERO : Duration.ofNanos(exclusion.untilNanos() - now());
    }

    @Test
    void anExclusionHoldsUntilTheInstantOfTheFailure() {
        Exclusion exclusion = present(failsUntil(Duration.ofSeconds(26)));
        assertThat(exclusion.scope()).isEqualTo(KEY);
        assertThat(exclusion.reason()).isEqualTo("a test");
        assertThat(exclusion.isLasting()).isFalse();
        time.advance(Duration.ofSeconds(26).minusNanos(1));
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
        time.advance(Duration.ofNanos(1));
        assertThat(key.ownCell().at(now())).isNull();
    }

    @Test
    void anInstantThatHasPassedExcludesNothing() {
        assertThat(failsUntil(Duration.ofSeconds(-1))).isNull();
        assertThat(failsUntil(Duration.ZERO)).isNull();
        assertThat(exclusions.active(now())).isEmpty();
    }

    @Test
    void anUnexplainedRefusalCountsAgainstTheKeyWithoutShuttingItOut() {
        for (int i = 0; i < 30; i++) {
            assertThat(fails(FailureKind.INVALID_REQUEST, KEY)).isNull();
        }
        assertThat(exclusions.active(now())).isEmpty();
        assertThat(key.believedErrorRate(now())).isEqualTo(1);
        assertThat(fails(FailureKind.INVALID_REQUEST, new Scope.Request())).isNull();
        assertThat(key.believedErrorRate(now())).isLessThan(1);
    }

    @Test
    void theLongestExclusionWins() {
        failsUntil(Duration.ofSeconds(60));

        assertThat(failsUntil(Duration.ofSeconds(30))).isNull();
        assertThat(pauseOfKey()).hasSeconds(60);
        assertThat(failsUntil(Duration.ofSeconds(90))).isNotNull();
        assertThat(pauseOfKey()).hasSeconds(90);
    }

    @Test
    void lastingOnesNeverPass() {
        Exclusion exclusion = present(failed(trial, failure(FailureKind.KEY_REJECTED, KEY, null, true)));
        assertThat(exclusion.isLasting()).isTrue();
        time.advance(Duration.ofDays(10_000));
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
        assertThat(failsUntil(Duration.ofDays(1))).isNull();
        health.succeeded(trial, now());
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
    }

    @Test
    void anInstantBeyondTheClockIsNever() {
        failed(trial, failure(FailureKind.RATE_LIMITED, KEY, Instant.MAX, false));

        assertThat(key.ownCell().at(Long.MAX_VALUE - 1)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "KEY_REJECTED,     10 60 360 2160 3600 3600",
        "PROJECT_REJECTED, 60 240 960 3600 3600 3600",
        "BILLING,          60 120 240 480 960 1920 3600 3600",
    })
    void pausesGrowFromStrikeToStrikeToAnHour(FailureKind kind, String seconds) {
        List<Long> pauses = new ArrayList<>();
        List<Long> expected = LongStream.of(Arrays.stream(seconds.split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray())
                .boxed()
                .toList();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(fails(kind, KEY)).isNotNull();
            pauses.add(pauseOfKey().toSeconds());
            time.advance(pauseOfKey());
        }

        assertThat(pauses).isEqualTo(expected);
    }

    @Test
    void aHundredStrikesStillPauseForAnHour() {
        for (int i = 0; i < 100; i++) {
            fails(FailureKind.KEY_REJECTED, KEY);
            time.advance(Duration.ofHours(2));
        }
        fails(FailureKind.KEY_REJECTED, KEY);

        assertThat(pauseOfKey()).hasHours(1);
    }

    @Test
    void attemptsThatFailTogetherAreOneStrike() {
        assertThat(fails(FailureKind.KEY_REJECTED, KEY)).isNotNull();
        for (int i = 0; i < 9; i++) {
            time.advance(Duration.ofMillis(1));
            assertThat(fails(FailureKind.KEY_REJECTED, KEY))
                    .as("a new exclusion")
                    .isNull();
        }
        assertThat(pauseOfKey()).as("the first strike's").isEqualTo(Duration.ofMillis(10_000 - 9));
        time.advance(pauseOfKey());

        fails(FailureKind.KEY_REJECTED, KEY);
        assertThat(pauseOfKey()).as("the second strike's").hasSeconds(60);
    }

    /** On the same instant from many threads: with the verdict apart from the count, each thread made a strike. */
    @Test
    void attemptsThatFailAtTheVerySameTimeAreOneStrike() throws Exception {
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 300; round++) {
                CyclicBarrier together = new CyclicBarrier(threads);
                List<Callable<@Nullable Exclusion>> failing = Collections.nCopies(threads, () -> {
                    together.await(10, TimeUnit.SECONDS);
                    return fails(FailureKind.KEY_REJECTED, KEY);
                });
                int verdicts = 0;
                for (Future<@Nullable Exclusion> verdict : executor.invokeAll(failing)) {
                    verdicts += verdict.get() == null ? 0 : 1;
                }
                assertThat(verdicts).as("round %s", round).isOne();
                assertThat(pauseOfKey()).as("round %s", round).hasSeconds(10);
                exclusions.lift(KEY);
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void aFailureOfAnotherKindMayLengthenAPause() {
        fails(FailureKind.PROJECT_REJECTED, PROJECT);
        time.advance(Duration.ofSeconds(30));
        fails(FailureKind.BILLING, PROJECT);

        Exclusion exclusion = present(key.projectCell().at(now()));
        assertThat(exclusion.untilNanos() - now())
                .isEqualTo(Duration.ofSeconds(60).toNanos());
    }

    @Test
    void aSuccessForgivesStrikes() {
        fails(FailureKind.KEY_REJECTED, KEY);
        time.advance(Duration.ofSeconds(10));
        health.succeeded(trial, now());

        fails(FailureKind.KEY_REJECTED, KEY);

        assertThat(pauseOfKey()).hasSeconds(10);
    }

    @Test
    void aSuccessForgivesProjectAndAccountToo() {
        for (Scope scope : List.of(PROJECT, new Scope.BillingAccount("b"))) {
            fails(FailureKind.BILLING, scope);
            time.advance(Duration.ofMinutes(1));
            health.succeeded(trial, now());
            Exclusion again = present(fails(FailureKind.BILLING, scope));
            assertThat(again.untilNanos() - now())
                    .isEqualTo(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void liftingForgivesStrikesToo() {
        fails(FailureKind.KEY_REJECTED, KEY);
        long lifts = exclusions.reliefs().count();
        exclusions.lift(KEY);

        assertThat(key.ownCell().at(now())).isNull();
        assertThat(exclusions.reliefs().count()).isGreaterThan(lifts);
        fails(FailureKind.KEY_REJECTED, KEY);
        assertThat(pauseOfKey()).hasSeconds(10);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"OVERLOADED", "SERVER_ERROR", "NETWORK", "EGRESS_BLOCKED", "WRONG_PROJECT", "CANCELLED"})
    void whatIsNobodysFaultShutsNothingOut(FailureKind kind) {
        for (Scope scope : List.of(
                new Scope.Model("m"), new Scope.Egress(), new Scope.Request(), new Scope.None(), KEY, PROJECT)) {
            assertThat(fails(kind, scope)).as("%s", scope).isNull();
        }
        assertThat(exclusions.active(now())).isEmpty();
        assertThat(key.errorRate(now())).isZero();
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void aFailureOfTheRequestNeverMarksAKey(FailureKind kind) {
        failed(trial, failure(kind, new Scope.Request(), time.now().plusSeconds(60), true));
        failed(trial, failure(kind, new Scope.None(), time.now().plusSeconds(60), true));

        assertThat(exclusions.active(now())).isEmpty();
    }

    @Test
    void onlyTheKeysAndProjectsFaultCountsForTheErrorRate() {
        for (FailureKind kind : FailureKind.values()) {
            KeyHealth fresh = new KeyHealth("f", 0, ApiKey.of("secret"), Project.of("f"), new Exclusions());
            failed(new Trial(fresh, model, List.of()), failure(kind, new Scope.None(), null, false));
            boolean fault = kind == FailureKind.KEY_REJECTED || kind == FailureKind.PROJECT_REJECTED;
            assertThat(fresh.errorRate(now())).as("%s", kind).isEqualTo(fault ? 1 : 0);
        }
    }

    @Test
    void neverIsNotAPauseOfTheClock() {
        assertThat(PoolClock.plus(Long.MAX_VALUE - 1, Duration.ofSeconds(1))).isEqualTo(PoolClock.NEVER);
    }
}

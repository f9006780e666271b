package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.ErrorClassifier;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HealthTest {

    private static final Scope KEY = new Scope.Key("k1");
    private static final Scope PROJECT = new Scope.Project("p");

    private final VirtualTime time = new VirtualTime();
    private final Exclusions exclusions = new Exclusions();
    private final KeyRing ring = new KeyRing(
            List.of(ApiKey.of("secret").named("k1").inProject("p")),
            Map.of("p", new Project("p", "b", 0, 1)),
            exclusions,
            HealthSettings.DEFAULTS);
    private final KeyHealth key = ring.keys().get(0);
    private final Health health = health(ring);
    private final Outage model = health.ofModel("m");
    private final AttemptSubject trial = new AttemptSubject(key, model, List.of());

    /** Nobody else is there, and there is another project. */
    private static final PeerView NOBODY = new Others(0, 2);

    private @Nullable Exclusion failed(AttemptSubject which, Failure failure) {
        List<Exclusion> excluded = health.failed(which, failure, NOBODY, now()).excluded();
        assertThat(excluded).hasSizeLessThan(2);
        return excluded.isEmpty() ? null : excluded.get(0);
    }

    private Health health(KeyRing of) {
        return new Health(exclusions, time.clock(), of, HealthSettings.DEFAULTS, Duration.ofMinutes(5));
    }

    private KeyRing ringOf(int size) {
        return new KeyRing(
                IntStream.range(0, size)
                        .mapToObj(i -> ApiKey.of("s" + i).named("k" + i).inProject("p" + i))
                        .toList(),
                Map.of(),
                exclusions,
                HealthSettings.DEFAULTS);
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
        health.succeeded(key, now());
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
    }

    @Test
    void anInstantBeyondTheClockIsNever() {
        failed(trial, failure(FailureKind.RATE_LIMITED, KEY, Instant.MAX, false));

        assertThat(key.ownCell().at(Long.MAX_VALUE - 1)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "KEY_REJECTED,     10 60 300 300",
        "PROJECT_REJECTED, 60 240 300 300",
        "BILLING,          60 120 240 480 960 1920 3600 3600",
    })
    void pausesGrowFromStrikeToStrikeToTheCheckIntervalOrAnHour(FailureKind kind, String seconds) {
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
    void aHundredStrikesStillPauseForTheCheckInterval() {
        for (int i = 0; i < 100; i++) {
            fails(FailureKind.KEY_REJECTED, KEY);
            time.advance(Duration.ofHours(2));
        }
        fails(FailureKind.KEY_REJECTED, KEY);

        assertThat(pauseOfKey()).hasMinutes(5);
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
        health.succeeded(key, now());

        fails(FailureKind.KEY_REJECTED, KEY);

        assertThat(pauseOfKey()).hasSeconds(10);
    }

    @Test
    void aSuccessForgivesProjectAndAccountToo() {
        for (Scope scope : List.of(PROJECT, new Scope.BillingAccount("b"))) {
            fails(FailureKind.BILLING, scope);
            time.advance(Duration.ofMinutes(1));
            health.succeeded(key, now());
            Exclusion again = present(fails(FailureKind.BILLING, scope));
            assertThat(again.untilNanos() - now())
                    .isEqualTo(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void liftingForgivesStrikesToo() {
        fails(FailureKind.KEY_REJECTED, KEY);
        long lifts = exclusions.releaseVersion().current();
        exclusions.lift(KEY);

        assertThat(key.ownCell().at(now())).isNull();
        assertThat(exclusions.releaseVersion().current()).isGreaterThan(lifts);
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
            KeyHealth fresh = new KeyHealth(
                    "f", 0, ApiKey.of("secret"), Project.of("f"), new Exclusions(), HealthSettings.DEFAULTS);
            failed(new AttemptSubject(fresh, model, List.of()), failure(kind, new Scope.None(), null, false));
            boolean fault = kind == FailureKind.KEY_REJECTED || kind == FailureKind.PROJECT_REJECTED;
            assertThat(fresh.errorRate(now())).as("%s", kind).isEqualTo(fault ? 1 : 0);
        }
    }

    @Test
    void neverIsNotAPauseOfTheClock() {
        assertThat(PoolClock.plus(Long.MAX_VALUE - 1, Duration.ofSeconds(1))).isEqualTo(PoolClock.NEVER);
    }

    /** Others beside the attempt that fails. */
    private record Others(int inFlight, int usableProjects) implements PeerView {
        @Override
        public int projects(int enough) {
            return Math.min(enough, usableProjects);
        }

        @Override
        public int projectsLeft(int enough) {
            return projects(enough);
        }
    }

    @Nested
    class Outages {

        private static final Scope MODEL = new Scope.Model("m");

        private FailureEffects overloaded(String project, List<ExclusionCell> probes, PeerView crowd) {
            KeyHealth of = new KeyHealth(
                    project, 0, ApiKey.of("secret"), Project.of(project), exclusions, HealthSettings.DEFAULTS);
            return health.failed(
                    new AttemptSubject(of, model, probes),
                    failure(FailureKind.OVERLOADED, MODEL, null, false),
                    crowd,
                    now());
        }

        /** So many failures in turn of so many projects; returns whether the last one made an outage. */
        private boolean failures(int failures, int projects, PeerView crowd) {
            boolean outage = false;
            for (int i = 0; i < failures; i++) {
                assertThat(outage).as("before the last").isFalse();
                outage = !overloaded("p" + i % projects, List.of(), crowd)
                        .excluded()
                        .isEmpty();
            }
            return outage;
        }

        private Duration pause() {
            Exclusion exclusion = present(exclusions.cell(MODEL).at(now()));
            return Duration.ofNanos(exclusion.untilNanos() - now());
        }

        private List<ExclusionCell> probe() {
            time.advance(pause());
            ExclusionCell cell = exclusions.cell(MODEL);
            assertThat(cell.isHalfOpen(now())).isTrue();
            assertThat(cell.beginProbe(now())).isTrue();
            assertThat(cell.beginProbe(now())).as("another one").isFalse();
            assertThat(exclusions.areProbed()).isTrue();
            return List.of(cell);
        }

        @ParameterizedTest
        @CsvSource({
            // failures, of projects, in flight, usable projects: outage?
            "4, 1, 0, 1, false",
            "5, 1, 0, 1, true",
            "5, 1, 0, 2, false",
            "5, 4, 0, 5, false",
            "5, 5, 0, 100, true",
            "5, 5, 6, 5, false",
            "6, 5, 6, 5, true",
        })
        void areFailuresInARowOfAllProjectsAndAsManyAsAreInFlight(
                int failures, int projects, int inFlight, int usable, boolean outage) {
            assertThat(failures(failures, projects, new Others(inFlight, usable)))
                    .isEqualTo(outage);
        }

        @Test
        void areNoneWhereAnAnswerComesBetween() {
            failures(4, 1, new Others(0, 1));
            assertThat(health.answered(trial, now())).isEmpty();

            assertThat(failures(4, 1, new Others(0, 1))).isFalse();
        }

        @Test
        void areNoneWhereFailuresAreMoreThanAMinuteApart() {
            failures(4, 1, new Others(0, 1));
            time.advance(Duration.ofSeconds(60).plusNanos(1));

            assertThat(failures(4, 1, new Others(0, 1))).isFalse();
        }

        @Test
        void areFoundOutAboutAfterPausesThatGrowToFourSeconds() {
            failures(5, 1, new Others(0, 1));
            List<Long> pauses = new ArrayList<>(List.of(pause().toSeconds()));
            for (int i = 0; i < 4; i++) {
                FailureEffects aftermath = overloaded("p0", probe(), NOBODY);
                assertThat(aftermath.confirmsOutage()).isTrue();
                assertThat(exclusions.areProbed()).isFalse();
                pauses.add(pause().toSeconds());
            }

            assertThat(pauses).containsExactly(1L, 2L, 4L, 4L, 4L);
        }

        @Test
        void areOverWithTheFirstAnswer() {
            failures(5, 1, new Others(0, 1));
            long releaseVersion = exclusions.releaseVersion().current();
            List<Exclusion> restored = health.answered(new AttemptSubject(key, model, probe()), now());

            assertThat(restored).extracting(Exclusion::scope).containsExactly(MODEL);
            assertThat(exclusions.active(now())).isEmpty();
            assertThat(exclusions.cell(MODEL).isHalfOpen(now())).isFalse();
            assertThat(exclusions.areProbed()).isFalse();
            assertThat(exclusions.releaseVersion().current()).isGreaterThan(releaseVersion);
            assertThat(failures(4, 1, new Others(0, 1))).as("it starts anew").isFalse();
        }

        @Test
        void areLeftOpenByAProbeThatTellsNothing() {
            failures(5, 1, new Others(0, 1));
            List<ExclusionCell> probe = probe();
            FailureEffects aftermath = health.failed(
                    new AttemptSubject(key, model, probe),
                    failure(FailureKind.RATE_LIMITED, KEY, null, false),
                    NOBODY,
                    now());

            assertThat(aftermath.confirmsOutage()).isFalse();
            assertThat(exclusions.cell(MODEL).isHalfOpen(now()))
                    .as("the next attempt finds out")
                    .isTrue();
        }

        @Test
        void areNotProlongedByAttemptsThatBeganBefore() {
            failures(5, 1, new Others(0, 1));
            Duration pause = pause();
            assertThat(overloaded("p0", List.of(), NOBODY).excluded()).isEmpty();
            assertThat(pause()).isEqualTo(pause);

            probe();
            assertThat(overloaded("p0", List.of(), NOBODY).excluded()).isEmpty();
            assertThat(exclusions.cell(MODEL).isProbed()).isTrue();
        }

        @Test
        void letTheNextOneFindOutWhereTheFirstHasNoAnswerForTenSeconds() {
            failures(5, 1, new Others(0, 1));
            probe();
            time.advance(Duration.ofSeconds(10).minusNanos(1));
            assertThat(exclusions.cell(MODEL).beginProbe(now())).isFalse();
            time.advance(Duration.ofNanos(1));

            assertThat(exclusions.cell(MODEL).beginProbe(now())).isTrue();
        }

        @Test
        void ofTheNetworkAreOverWithAnyAnswer() {
            Failure reset = new Failure(FailureKind.NETWORK, new Scope.None(), null, false, 0, "reset");
            for (int i = 0; i < 5; i++) {
                health.failed(trial, reset, new Others(0, 1), now());
            }
            assertThat(exclusions.active(now())).extracting(Exclusion::scope).containsExactly(new Scope.Egress());

            FailureEffects aftermath =
                    health.failed(trial, failure(FailureKind.RATE_LIMITED, KEY, null, false), NOBODY, now());

            assertThat(aftermath.restored()).extracting(Exclusion::scope).containsExactly(new Scope.Egress());
            assertThat(exclusions.active(now())).extracting(Exclusion::scope).containsExactly(KEY);
        }
    }

    @Nested
    class CommonRejections {

        private final KeyRing ringOfTen = ringOf(10);
        private final List<KeyHealth> keys = ringOfTen.keys();
        private final Health ofTen = health(ringOfTen);

        private FailureEffects rejected(int number, FailureCause cause, int usable) {
            Failure failure = new Failure(
                    FailureKind.KEY_REJECTED,
                    cause,
                    new Scope.Key("k" + number),
                    null,
                    true,
                    403,
                    "refused k" + number);
            return ofTen.failed(
                    new AttemptSubject(keys.get(number), model, List.of()), failure, new Others(1, usable), now());
        }

        private Duration out(int number) {
            Exclusion exclusion = keys.get(number).ownCell().at(now());
            return exclusion == null
                    ? Duration.ZERO
                    : Duration.ofNanos(exclusion.isLasting() ? Long.MAX_VALUE : exclusion.untilNanos() - now());
        }

        private boolean isEgressOut() {
            return exclusions.cell(new Scope.Egress()).at(now()) != null;
        }

        @Test
        void ofHalfTheKeysAreTheKeys() {
            for (int i = 0; i < 5; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 1);
                assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
            }
        }

        @Test
        void ofMoreThanHalfAreNotTheKeys() {
            for (int i = 0; i < 6; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 1);
            }

            for (int i = 0; i < 6; i++) {
                assertThat(out(i)).as("key %s", i).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
            }
            assertThat(keys.get(5).errorRate(now())).isZero();
            assertThat(isEgressOut()).as("as long as another key may be tried").isFalse();
        }

        @Test
        void areBlamedOnTheWayThereWhereNoOtherKeyIsLeft() {
            for (int i = 0; i < 6; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, i < 5 ? 1 : 0);
            }

            assertThat(isEgressOut()).isTrue();
        }

        @Test
        void areBlamedOnTheWayThereAfterEightInARowWhereMoreThanEightAreLeft() {
            for (int i = 0; i < 7; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 9);
            }
            assertThat(isEgressOut()).isFalse();
            rejected(7, FailureCause.KEY_RESTRICTED, 9);

            assertThat(isEgressOut()).isTrue();
        }

        @Test
        void areNotBlamedOnTheWayThereWhereFewAreLeftToLookAt() {
            for (int i = 0; i < 9; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 8);
            }

            assertThat(isEgressOut()).isFalse();
        }

        @Test
        void areSoonLookedIntoAgainAsLongAsAnotherKeyIsLeft() {
            for (int i = 0; i < 10; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 9);
                time.advance(Duration.ofSeconds(1));

                assertThat(isEgressOut()).as("a second after rejection %s", i).isFalse();
            }
        }

        @Test
        void areNotBlamedOnTheWayThereAnyMoreWhenAnotherKeyComes() {
            for (int i = 0; i < 10; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 0);
            }
            assertThat(isEgressOut()).isTrue();

            assertThat(ofTen.anotherKey()).extracting(Exclusion::scope).isEqualTo(new Scope.Egress());
            assertThat(isEgressOut()).isFalse();
            rejected(0, FailureCause.KEY_RESTRICTED, 1);
            assertThat(isEgressOut()).isFalse();
            assertThat(ofTen.anotherKey()).isNull();
        }

        @Test
        void areNotBlamedOnTheWayThereWhereAnotherKeyIsAnswered() {
            for (int i = 0; i < 9; i++) {
                time.advance(Duration.ofMillis(1));
                rejected(i, FailureCause.KEY_RESTRICTED, 1);
                time.advance(Duration.ofMillis(1));
                ofTen.answered(new AttemptSubject(keys.get(9), model, List.of()), now());
            }

            assertThat(isEgressOut()).isFalse();
            assertThat(out(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));
        }

        @Test
        void forALeakAreTheKeys() {
            for (int i = 0; i < 10; i++) {
                Failure leaked = ErrorClassifier.classify(
                        403,
                        "{\"error\":{\"code\":403,\"message\":\"Your API key was reported as leaked.\"}}",
                        new AttemptContext("k" + i, "p" + i, "b", "m", time.now()));
                ofTen.failed(new AttemptSubject(keys.get(i), model, List.of()), leaked, new Others(1, 0), now());
                assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
            }
            assertThat(isEgressOut()).isFalse();
        }

        @Test
        void inDifferentWaysAreTheKeys() {
            List<FailureCause> causes = Stream.of(FailureCause.values())
                    .filter(cause -> cause != FailureCause.KEY_LEAKED)
                    .toList();
            for (int i = 0; i < 10; i++) {
                rejected(i, causes.get(i), 0);
                assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
            }
            assertThat(isEgressOut()).isFalse();
        }

        @Test
        void moreThanAMinuteApartAreTheKeys() {
            for (int i = 0; i < 10; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 0);
                assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
                time.advance(Duration.ofSeconds(13));
            }
        }

        @Test
        void stayBlamedOnTheWayThereUntilAnAnswerComes() {
            for (int i = 0; i < 10; i++) {
                rejected(i, FailureCause.KEY_RESTRICTED, 0);
            }
            time.advance(Duration.ofMinutes(5));
            rejected(0, FailureCause.KEY_RESTRICTED, 0);
            assertThat(out(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));

            ofTen.answered(new AttemptSubject(keys.get(9), model, List.of()), now());
            time.advance(Duration.ofMinutes(5));
            rejected(0, FailureCause.KEY_RESTRICTED, 0);
            assertThat(out(0)).isGreaterThan(Duration.ofDays(365));
        }

        @Test
        void ofTwoKeysAreTheKeys() {
            KeyRing ringOfTwo = ringOf(2);
            List<KeyHealth> keys = ringOfTwo.keys();
            Health ofTwo = health(ringOfTwo);
            for (int i = 0; i < 2; i++) {
                Failure failure =
                        new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k" + i), null, true, 403, "blocked");
                ofTwo.failed(new AttemptSubject(keys.get(i), model, List.of()), failure, new Others(1, 0), now());
                assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
            }
            assertThat(isEgressOut()).isFalse();
        }
    }
}

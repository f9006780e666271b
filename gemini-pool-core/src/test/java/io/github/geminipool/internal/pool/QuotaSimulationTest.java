package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers who always have work, a pool with its ledgers, and the quotas of a simulated Gemini, for half an hour of virtual
 * time on one thread: how much of the quotas is used, and how often Gemini refuses. Requests arrive with
 * a random delay.
 */
@Timeout(300)
class QuotaSimulationTest {

    private static final Logger log = LoggerFactory.getLogger(QuotaSimulationTest.class);

    private static final int PROJECTS = 5;
    private static final int LIMIT = 60;
    private static final int TOKEN_LIMIT = 250_000;
    private static final int MINUTES = 30;
    private static final double MINUTE = 60;

    /** The figures of one run. */
    private record Figures(double used, double refused, int failed, double p99) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%.2f %% used, %.2f %% refused, %d failed, p99 %.1f s", used, refused, failed, p99);
        }
    }

    private static final class Run {

        private final Random random;
        private final double jitter;
        private final boolean ofTokens;
        private final PoolFixture fixture;
        private final Map<String, QuotaRule.Server> servers = new HashMap<>();
        private final List<Double> times = new ArrayList<>();
        private double used;
        private int admitted;
        private int refusedByServer;
        private int failed;
        private final double stop;

        Run(QuotaRule rule, double jitter, Limits limits, double stop, long seed) {
            this(rule, jitter, limits, stop, false, seed);
        }

        /** Creates another pool for the same projects. */
        Run(Run other, Limits limits) {
            this.random = other.random;
            this.ofTokens = other.ofTokens;
            this.jitter = other.jitter;
            this.stop = other.stop;
            this.fixture = new PoolFixture(
                    64,
                    SelectionStrategy.of(Selection.ADAPTIVE),
                    PoolFixture.projects(PROJECTS),
                    limits,
                    other.fixture.time);
            this.servers.putAll(other.servers);
        }

        Run(QuotaRule rule, double jitter, Limits limits, double stop, boolean ofTokens, long seed) {
            this.random = new Random(seed);
            this.ofTokens = ofTokens;
            this.jitter = jitter;
            this.stop = stop;
            this.fixture = new PoolFixture(
                    64, SelectionStrategy.of(Selection.ADAPTIVE), PoolFixture.projects(PROJECTS), limits);
            fixture.keys.forEach(key -> servers.put(key.project().name(), rule.server(random, limit())));
        }

        private double limit() {
            return ofTokens ? TOKEN_LIMIT : LIMIT;
        }

        void begin(int callers) {
            for (int i = 0; i < callers; i++) {
                in(random.nextDouble() * 0.1, this::call);
            }
        }

        Figures run(int callers) {
            begin(callers);
            fixture.time.advance(Duration.ofMinutes(MINUTES + 5));
            fixture.assertNothingIsLeft();
            Collections.sort(times);
            return new Figures(
                    100.0 * used / (PROJECTS * limit() * MINUTES),
                    100.0 * refusedByServer / (admitted + refusedByServer),
                    failed,
                    times.get(times.size() * 99 / 100));
        }

        private double now() {
            return fixture.nanos() / 1e9;
        }

        private void in(double seconds, Runnable task) {
            var unusedAlarm = fixture.time.schedule(fixture.nanos() + (long) (seconds * 1e9), task);
        }

        private double oneWayDelay() {
            return 0.03 + random.nextDouble() * jitter;
        }

        private void call() {
            if (now() < stop) {
                long tokens = ofTokens ? 100L + random.nextInt(29_901) : 0;
                Duration timeout = Duration.ofMinutes(ofTokens ? 4 : 2);
                request(tokens, now(), fixture.time.clock().after(timeout), false);
            }
        }

        private void request(long tokens, double since, long deadline, boolean retry) {
            LeaseRequest[] made = new LeaseRequest[1];
            made[0] = new LeaseRequest(
                    KeyFilter.ANY,
                    Demand.ofTokens(tokens),
                    deadline,
                    retry,
                    false,
                    () -> in(0, () -> settled(made[0], since, deadline)));
            fixture.pool.request(made[0]);
        }

        private void settled(LeaseRequest request, double since, long deadline) {
            Lease lease = request.lease();
            if (lease == null) {
                failed++;
                if (request.isRetry()) {
                    fixture.pool.attemptsEnd();
                }
                in(1, this::call);
                return;
            }
            in(oneWayDelay(), () -> arrived(lease, since, deadline));
        }

        private void arrived(Lease lease, double since, long deadline) {
            QuotaRule.Server server = java.util.Objects.requireNonNull(servers.get(lease.project()));
            double wait = server.admit(now(), amountOf(lease));
            if (wait == 0) {
                admitted++;
                used += now() < MINUTES * MINUTE ? amountOf(lease) : 0;
                in(0.5 + random.nextDouble() * 7.5 + oneWayDelay(), () -> answered(lease, since));
            } else {
                refusedByServer++;
                in(oneWayDelay(), () -> refused(lease, wait, since, deadline));
            }
        }

        private double amountOf(Lease lease) {
            return ofTokens ? (double) lease.demand().tokens() : 1;
        }

        private void answered(Lease lease, double since) {
            TokenUsage tokens = new TokenUsage(lease.demand().tokens(), 0, 0, 0);
            lease.complete(
                    ofTokens ? Outcome.success(null, new ResponseFacts(null, null, null, tokens)) : Outcome.SUCCESS);
            times.add(now() - since);
            call();
        }

        private void refused(Lease lease, double wait, double since, long deadline) {
            ExceededQuota exceeded = new ExceededQuota(
                    ofTokens ? ExceededQuota.Unit.TOKENS_PER_MINUTE : ExceededQuota.Unit.REQUESTS_PER_MINUTE,
                    (int) limit());
            Failure failure = new Failure(
                    FailureKind.RATE_LIMITED,
                    new Scope.ProjectModel(lease.project(), lease.model()),
                    // At least a second, as in ErrorClassifier.
                    fixture.time.now().plusNanos((long) (Math.max(1, wait) * 1e9)),
                    false,
                    429,
                    "refused");
            lease.complete(Outcome.refused(failure, List.of(exceeded), true));
            fixture.pool.attemptsBegin();
            request(lease.demand().tokens(), since, deadline, true);
        }
    }

    private static Figures worst(String what, Function<Integer, Figures> ofSeed) {
        Figures[] all = {ofSeed.apply(1), ofSeed.apply(2), ofSeed.apply(3)};
        log.info("{}: {}", what, Arrays.toString(all));
        return new Figures(
                Arrays.stream(all).mapToDouble(Figures::used).min().orElseThrow(),
                Arrays.stream(all).mapToDouble(Figures::refused).max().orElseThrow(),
                Arrays.stream(all).mapToInt(Figures::failed).max().orElseThrow(),
                Arrays.stream(all).mapToDouble(Figures::p99).max().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "ROLLING, 0.1, 99, 0.5",
        "ROLLING, 1, 97.5, 0.5",
        "FIXED, 0.1, 99, 0.5",
        "FIXED, 1, 97.5, 0.5",
        "BUCKET, 0.1, 99, 0.5",
        "BUCKET, 1, 97.5, 0.5",
        "WEIGHTED, 0.1, 97, 2.5",
        "WEIGHTED, 1, 95.5, 2.5"
    })
    void configuredLimitsAreUsedFullyAndNotExceeded(QuotaRule rule, double jitter, double used, double refused) {
        Limits limits = Limits.NONE.withRequestsPerMinute(LIMIT);
        Figures worst = worst(
                "configured, " + rule + ", J " + jitter + " s",
                seed -> new Run(rule, jitter, limits, MINUTES * MINUTE, seed).run(64));
        assertThat(worst.used()).as("used").isGreaterThanOrEqualTo(used);
        assertThat(worst.refused()).as("refused").isLessThanOrEqualTo(refused);
        assertThat(worst.failed()).as("failed").isZero();
        assertThat(worst.p99()).as("p99").isLessThan(20);
    }

    @ParameterizedTest
    @CsvSource({
        "ROLLING, 0.1, 97, 0.5, 75",
        "ROLLING, 1, 96.5, 0.5, 100",
        "FIXED, 0.1, 97, 0.5, 75",
        "BUCKET, 0.1, 97, 0.5, 75"
    })
    void configuredTokenLimitsAreUsedFullyAndNotExceeded(
            QuotaRule rule, double jitter, double used, double refused, double p99) {
        Limits limits = Limits.NONE.withTokensPerMinute(TOKEN_LIMIT);
        Figures worst = worst(
                "configured tokens, " + rule + ", J " + jitter + " s",
                seed -> new Run(rule, jitter, limits, MINUTES * MINUTE, true, seed).run(64));
        assertThat(worst.used()).as("used").isGreaterThanOrEqualTo(used);
        assertThat(worst.refused()).as("refused").isLessThanOrEqualTo(refused);
        assertThat(worst.failed()).as("failed").isZero();
        assertThat(worst.p99()).as("p99").isLessThan(p99);
    }

    @ParameterizedTest
    @CsvSource({"ROLLING", "FIXED", "BUCKET"})
    void unknownLimitsAreLearned(QuotaRule rule) {
        Figures worst = worst(
                "learned, " + rule + ", J 0.1 s",
                seed -> new Run(rule, 0.1, Limits.NONE, MINUTES * MINUTE, seed).run(10 * PROJECTS));
        assertThat(worst.used()).as("used").isGreaterThanOrEqualTo(99);
        assertThat(worst.refused()).as("refused").isLessThanOrEqualTo(0.5);
        assertThat(worst.failed()).as("failed").isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = QuotaRule.class,
            names = {"ROLLING", "FIXED", "BUCKET"})
    void twoPoolsWithHalfAShareUseTheLimitTogether(QuotaRule rule) {
        Limits half = Limits.NONE.withRequestsPerMinute(LIMIT).withShare(0.5);
        Figures worst = worst("two halves, " + rule + ", J 0.1 s", seed -> {
            Run one = new Run(rule, 0.1, half, MINUTES * MINUTE, seed);
            Run other = new Run(one, half);
            other.begin(32);
            Figures first = one.run(32);
            Figures second = other.run(0);
            return new Figures(
                    first.used() + second.used(),
                    100.0
                            * (one.refusedByServer + other.refusedByServer)
                            / (one.admitted + other.admitted + one.refusedByServer + other.refusedByServer),
                    first.failed() + second.failed(),
                    Math.max(first.p99(), second.p99()));
        });
        assertThat(worst.used()).as("used").isGreaterThanOrEqualTo(95);
        assertThat(worst.refused()).as("refused").isLessThan(1);
        assertThat(worst.failed()).as("failed").isZero();
    }

    @Test
    void aBurstAfterTwoQuietMinutesIsSentAtOnce() {
        PoolFixture fixture = new PoolFixture(
                LIMIT * PROJECTS,
                SelectionStrategy.of(Selection.ADAPTIVE),
                PoolFixture.projects(PROJECTS),
                Limits.NONE.withRequestsPerMinute(LIMIT));
        for (int i = 0; i < 3; i++) {
            fixture.leases(LIMIT * PROJECTS).forEach(lease -> lease.complete(Outcome.SUCCESS));
            fixture.time.advance(Duration.ofMinutes(2));
        }
    }
}

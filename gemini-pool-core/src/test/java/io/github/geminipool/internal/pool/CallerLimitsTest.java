package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Limits of callers: each kind, exact, over all models of a pool. */
class CallerLimitsTest {

    private static final Duration LONG = Duration.ofDays(3);

    private final PoolFixture fixture = PoolFixture.of(200, 3);
    private final ModelPool second = new ModelPool("second", 0, 200, 1, true, fixture.context, this::lookAgain);
    private final ModelPool first = new ModelPool("first", 0, 200, 0, true, fixture.context, this::lookAgain);
    private Callers callers = of(CallerLimits.of("one"));

    private Callers of(CallerLimits... limits) {
        return new Callers(List.of(limits), fixture.time.clock());
    }

    private void lookAgain() {
        first.lookAgain();
        second.lookAgain();
    }

    private LeaseRequest request(ModelPool pool, String caller, Demand demand, Duration wait) {
        return request(pool, caller, demand, wait, false);
    }

    private LeaseRequest request(ModelPool pool, String caller, Demand demand, Duration wait, boolean retry) {
        LeaseRequest request = new CallerLeaseRequest(
                callers.of(caller),
                false,
                !retry,
                callers.of(caller).mayUse(pool.model()),
                KeyFilter.ANY,
                demand,
                Use.PLAIN,
                fixture.time.clock().after(wait),
                retry,
                false,
                false,
                null,
                null);
        pool.request(request);
        return request;
    }

    private LeaseRequest request(ModelPool pool, String caller) {
        return request(pool, caller, Demand.REQUEST, LONG);
    }

    private CallerStats stats(String caller) {
        return callers.stats().stream()
                .filter(stats -> stats.caller().equals(caller))
                .findFirst()
                .orElseThrow();
    }

    /** Makes requests of both pools and completes what is granted, a second long; returns when they were granted. */
    private List<Double> grants(int number, double seconds) {
        List<LeaseRequest> waiting = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            waiting.add(request(i % 2 == 0 ? first : second, "one"));
        }
        List<Double> at = new ArrayList<>();
        for (double now = 0; now < seconds; now += 0.25) {
            for (LeaseRequest request : List.copyOf(waiting)) {
                if (request.lease() != null) {
                    waiting.remove(request);
                    at.add(fixture.nanos() / 1e9);
                    PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
                }
            }
            fixture.time.advance(Duration.ofMillis(250));
        }
        return at;
    }

    @Test
    void ofRequestsPerMinuteAreExactOverAllModels() {
        callers = of(CallerLimits.of("one").withRequestsPerMinute(10));
        List<Double> at = grants(100, 299);

        assertThat(at).hasSize(50);
        for (int i = 0; i + 10 < at.size(); i++) {
            assertThat(at.get(i + 10) - at.get(i)).isGreaterThanOrEqualTo(60);
        }
        assertThat(stats("one").calls()).isEqualTo(50);
        assertThat(stats("one").limits())
                .containsExactly(new CallerStats.Usage(QuotaUsage.Unit.REQUESTS_PER_MINUTE, 10, 10));
    }

    @Test
    void ofRequestsPerDayHoldUntilMidnightPacificTime() {
        callers = of(CallerLimits.of("one").withRequestsPerDay(3));
        List<LeaseRequest> requests = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            requests.add(request(i % 2 == 0 ? first : second, "one"));
        }
        assertThat(requests).filteredOn(request -> request.lease() != null).hasSize(3);
        Instant midnight = io.github.geminipool.internal.time.PacificDay.endAfter(fixture.time.now());
        Duration left = Duration.between(fixture.time.now(), midnight);
        fixture.time.advance(left.minusSeconds(1));
        assertThat(requests).filteredOn(request -> request.lease() != null).hasSize(3);
        fixture.time.advance(Duration.ofSeconds(2));
        assertThat(requests).filteredOn(request -> request.lease() != null).hasSize(6);
    }

    @Test
    void ofTokensPerMinuteCountWhatWasCounted() {
        callers = of(CallerLimits.of("one").withTokensPerMinute(1_000));
        LeaseRequest large = request(first, "one", Demand.ofContinuation(800), LONG);
        LeaseRequest more = request(second, "one", Demand.ofContinuation(500), LONG);
        assertThat(large.lease()).isNotNull();
        assertThat(more.lease()).isNull();
        PoolFixture.leaseOf(large)
                .complete(Outcome.success(null, new ResponseFacts(null, null, null, new TokenUsage(300, 0, 0, 0))));
        assertThat(more.lease()).as("once the first was smaller than thought").isNotNull();
        LeaseRequest third = request(first, "one", Demand.ofContinuation(300), LONG);
        assertThat(third.lease()).isNull();
        fixture.time.advance(Duration.ofSeconds(60));
        assertThat(third.lease()).isNotNull();
    }

    @Test
    void ofConcurrencyHoldOverAllModels() {
        callers = of(CallerLimits.of("one").withConcurrency(2));
        LeaseRequest a = request(first, "one");
        LeaseRequest b = request(second, "one");
        LeaseRequest c = request(first, "one");
        LeaseRequest d = request(second, "one");
        assertThat(c.lease()).isNull();
        assertThat(stats("one").active()).isEqualTo(2);
        PoolFixture.leaseOf(b).complete(Outcome.SUCCESS);
        assertThat(List.of(c, d)).filteredOn(request -> request.lease() != null).hasSize(1);
        PoolFixture.leaseOf(a).complete(Outcome.SUCCESS);
        assertThat(List.of(c, d)).filteredOn(request -> request.lease() != null).hasSize(2);
    }

    @Test
    void ofConcurrencyHoldForRetriesToo() {
        callers = of(CallerLimits.of("one").withConcurrency(1).withRequestsPerMinute(2));
        LeaseRequest failing = request(first, "one");
        LeaseRequest waiting = request(second, "one");
        PoolFixture.leaseOf(failing).complete(Outcome.SUCCESS);
        assertThat(waiting.lease()).isNotNull();
        LeaseRequest retry = request(first, "one", Demand.REQUEST, LONG, true);
        assertThat(retry.lease()).isNull();
        PoolFixture.leaseOf(waiting).complete(Outcome.SUCCESS);
        // Both requests of the minute are used: a retry takes none.
        assertThat(retry.lease()).isNotNull();
        assertThat(stats("one").active()).isOne();
    }

    @Test
    void retriesThatTheyHoldBackKeepNobodyElseWaiting() {
        callers = of(CallerLimits.of("one").withConcurrency(1));
        ModelPool small = new ModelPool("small", 0, 2, 2, true, fixture.context, this::lookAgain);
        for (int i = 0; i < 2; i++) {
            LeaseRequest failing = request(small, "one");
            small.attemptsBegin();
            PoolFixture.leaseOf(failing).complete(Outcome.SUCCESS);
        }
        LeaseRequest elsewhere = request(first, "one");
        List<LeaseRequest> retries = new ArrayList<>();
        retries.add(request(small, "one", Demand.REQUEST, LONG, true));
        LeaseRequest other = request(small, "other");
        assertThat(other.lease())
                .as("one call is in the pause before its next attempt")
                .isNotNull();
        PoolFixture.leaseOf(other).complete(Outcome.SUCCESS);
        retries.add(request(small, "one", Demand.REQUEST, LONG, true));
        LeaseRequest more = request(small, "other");
        assertThat(more.lease()).isNotNull();
        assertThat(retries).allMatch(LeaseRequest::isPending);
        PoolFixture.leaseOf(elsewhere).complete(Outcome.SUCCESS);
        assertThat(retries).filteredOn(request -> request.lease() != null).hasSize(1);
    }

    @Test
    void ofUnlistedCallersDoNotNameThem() {
        callers = of(CallerLimits.of("*").withRequestsPerMinute(1));
        request(first, "somebody@example.com");
        LeaseRequest refused = request(first, "somebody@example.com", Demand.REQUEST, Duration.ZERO);
        assertThat(PoolFixture.refusal(refused).callersLimits())
                .isEqualTo("its caller (1 requests a minute) has reached its limits");
    }

    @Test
    void delayNobodyElse() {
        callers = of(CallerLimits.of("one").withRequestsPerMinute(1));
        for (int i = 0; i < 500; i++) {
            request(first, "one");
        }
        assertThat(request(first, "other").lease()).isNotNull();
    }

    @Test
    void areEachUnlistedCallers() {
        callers = of(
                CallerLimits.of("one").withRequestsPerMinute(3),
                CallerLimits.of("*").withRequestsPerMinute(1));
        assertThat(request(first, "x").lease()).isNotNull();
        assertThat(request(first, "x").lease()).isNull();
        assertThat(request(first, "y").lease()).isNotNull();
        assertThat(request(first, "one").lease()).isNotNull();
        assertThat(request(first, "one").lease()).isNotNull();
        assertThat(stats("x").listed()).isFalse();
        assertThat(stats("one").listed()).isTrue();
    }

    @Test
    void refuseWhatCannotGoInTimeWithWords() {
        callers = of(CallerLimits.of("one").withRequestsPerMinute(1));
        assertThat(request(first, "one").lease()).isNotNull();
        fixture.time.advance(Duration.ofSeconds(10));
        Refusal refusal = PoolFixture.refusal(request(second, "one", Demand.REQUEST, Duration.ofSeconds(30)));

        assertThat(refusal.cause()).isEqualTo(Refusal.Cause.CALLER_LIMITS);
        assertThat(refusal.retryAtNanos() - fixture.nanos())
                .isEqualTo(Duration.ofSeconds(50).toNanos());
        assertThat(refusal.callersLimits()).isEqualTo("caller 'one' (1 requests a minute) has reached its limits");
        assertThat(stats("one").refused()).isEqualTo(1);
    }

    @Test
    void refuseWhatIsLargerThanTheyAre() {
        callers = of(CallerLimits.of("one").withTokensPerMinute(100));
        Refusal refusal = PoolFixture.refusal(request(first, "one", Demand.ofContinuation(101), LONG));
        assertThat(refusal.callersLimits())
                .isEqualTo("the request is larger than the limits of caller 'one' (100 tokens a minute)");
    }

    @Test
    void ofConcurrencyRefuseAtTheDeadline() {
        callers = of(CallerLimits.of("one").withConcurrency(1));
        assertThat(request(first, "one").lease()).isNotNull();
        LeaseRequest late = request(first, "one", Demand.REQUEST, Duration.ofSeconds(5));
        assertThat(late.isPending()).isTrue();
        fixture.time.advance(Duration.ofSeconds(5));
        assertThat(PoolFixture.refusal(late).cause()).isEqualTo(Refusal.Cause.CALLER_LIMITS);
    }

    @Test
    void sayWhichModelsMayBeUsed() {
        callers = of(CallerLimits.of("one").withModels(Set.of("first")));
        assertThat(request(first, "one").lease()).isNotNull();
        assertThat(PoolFixture.refusal(request(second, "one")).callersLimits())
                .isEqualTo("caller 'one' may not use the model");
    }

    @Test
    void getBackWhatWasNotSent() {
        callers = of(CallerLimits.of("one").withRequestsPerMinute(1).withRequestsPerDay(1));
        PoolFixture.leaseOf(request(first, "one")).unused();
        LeaseRequest again = request(second, "one");
        assertThat(again.lease()).isNotNull();
        assertThat(stats("one").calls()).isEqualTo(1);
        PoolFixture.leaseOf(again).complete(Outcome.SUCCESS);
        assertThat(stats("one").active()).isZero();
    }

    @Test
    void ofMadeUpNamesTakeBoundedMemory() {
        callers = of(CallerLimits.of("*").withRequestsPerMinute(2));
        for (int i = 0; i < 20_000; i++) {
            callers.of("made-up-" + i);
        }
        assertThat(callers.stats()).hasSizeLessThanOrEqualTo(100);
        assertThat(callers.of("another")).isSameAs(callers.of("another"));
        assertThat(callers.of("another").name()).isEqualTo("(other)");
        fixture.time.advance(Duration.ofMinutes(5));
        assertThat(callers.of("another").name()).isEqualTo("another");
    }

    @Test
    void ofVeryLongNamesAreShared() {
        callers = of(CallerLimits.of("*").withRequestsPerMinute(2));
        assertThat(callers.of("x".repeat(1_024)).name()).hasSize(1_024);
        assertThat(callers.of("x".repeat(1_025)).name()).isEqualTo("(other)");
    }

    @Test
    void refuseAtOnceWhatCannotGoInTimeBehindTheirOwnCalls() {
        callers = of(CallerLimits.of("one").withRequestsPerMinute(10));
        List<LeaseRequest> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(request(first, "one", Demand.REQUEST, Duration.ofSeconds(90)));
        }

        assertThat(all.subList(0, 10)).allMatch(request -> request.lease() != null);
        assertThat(all.subList(10, 20)).as("those of the next minute").allMatch(LeaseRequest::isPending);
        for (LeaseRequest late : all.subList(20, 1_000)) {
            Refusal refusal = PoolFixture.refusal(late);
            assertThat(refusal.cause()).isEqualTo(Refusal.Cause.CALLER_LIMITS);
            assertThat(refusal.retryAtNanos() - fixture.nanos())
                    .isEqualTo(Duration.ofMinutes(2).toNanos());
        }
        assertThat(stats("one").refused()).isEqualTo(980);
        assertThat(request(second, "one", Demand.REQUEST, Duration.ofSeconds(90))
                        .isPending())
                .as("models take turns")
                .isTrue();
        assertThat(request(first, "one", Demand.REQUEST, Duration.ofMinutes(2)).isPending())
                .as("in time")
                .isTrue();
        fixture.time.advance(Duration.ofSeconds(60));
        assertThat(all.subList(10, 19)).allMatch(request -> request.lease() != null);
    }

    @Test
    void refuseAtOnceWhatCannotGoBeforeMidnightBehindTheirOwnCalls() {
        callers = of(CallerLimits.of("one").withRequestsPerDay(2).withConcurrency(1));
        assertThat(request(first, "one").lease()).isNotNull();
        assertThat(request(first, "one", Demand.REQUEST, Duration.ofMinutes(1)).isPending())
                .isTrue();
        assertThat(PoolFixture.refusal(request(first, "one", Demand.REQUEST, Duration.ofMinutes(1)))
                        .cause())
                .isEqualTo(Refusal.Cause.CALLER_LIMITS);
        assertThat(request(first, "one", Demand.REQUEST, LONG).isPending()).isTrue();
    }

    @Test
    void whatEndsAfterAResetOfTheStatisticsTakesNothingFromThem() {
        callers = of(CallerLimits.of("one").withTokensPerMinute(1_000));
        LeaseRequest sent = request(first, "one", Demand.ofContinuation(900), LONG);
        LeaseRequest unsent = request(first, "one", Demand.ofContinuation(10), LONG);
        callers.resetStats();
        PoolFixture.leaseOf(sent)
                .complete(Outcome.success(null, new ResponseFacts(null, null, null, new TokenUsage(300, 0, 0, 0))));
        PoolFixture.leaseOf(unsent).unused();

        assertThat(stats("one").calls()).isZero();
        assertThat(stats("one").tokens()).isZero();
        assertThat(stats("one").limits())
                .containsExactly(new CallerStats.Usage(QuotaUsage.Unit.TOKENS_PER_MINUTE, 1_000, 300));
    }
}

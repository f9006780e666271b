package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import io.github.geminipool.stats.QuotaUsage;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits of callers over replicas that share a store: exact, over all models. */
class SharedCallerLimitsTest {

    private static final Duration LONG = Duration.ofDays(3);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final VirtualTime time = new VirtualTime();
    private final SimulatedStore store = new SimulatedStore(time, new Random(1));
    private final List<CallerReplica> replicas = new ArrayList<>();

    private CallerReplica join(Limits ofProject, CallerLimits... limits) {
        CallerReplica made = new CallerReplica(time, store.connect("r" + replicas.size()), ofProject, limits);
        replicas.add(made);
        return made;
    }

    private void join(int number, CallerLimits... limits) {
        for (int i = 0; i < number; i++) {
            join(Limits.NONE, limits);
        }
        // They hear of each other.
        time.advance(Duration.ofSeconds(3));
    }

    @AfterEach
    void noSlotIsLost() {
        assertThat(store.violations()).isEmpty();
    }

    private List<Long> grants() {
        return replicas.stream()
                .flatMap(replica -> replica.grants.stream())
                .sorted()
                .toList();
    }

    private static long granted(List<LeaseRequest> requests) {
        return requests.stream().filter(request -> request.lease() != null).count();
    }

    /** Returns the most calls in any minute. */
    private static int mostInAMinute(List<Long> sorted) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < sorted.size(); last++) {
            while (sorted.get(last) - sorted.get(first) >= MINUTE) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private CallerStats stats(CallerReplica replica, String caller) {
        return replica.callers.stats().stream()
                .filter(stats -> stats.caller().equals(caller))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ofRequestsPerMinuteAreExactWhoeverIsBusy() {
        join(3, CallerLimits.of("one").withRequestsPerMinute(30));
        replicas.get(0).requests(300, "one", LONG);
        replicas.get(1).requests(300, "one", LONG);
        time.advance(Duration.ofMinutes(5));
        replicas.get(2).requests(300, "one", LONG);
        time.advance(Duration.ofMinutes(5));

        assertThat(mostInAMinute(grants())).isEqualTo(30);
        assertThat(grants()).hasSizeGreaterThanOrEqualTo((int) (0.97 * 300));
        assertThat(replicas).allSatisfy(replica -> assertThat(replica.grants).hasSizeGreaterThan(30));
        assertThat(stats(replicas.get(2), "one").limits())
                .containsExactly(new CallerStats.Usage(QuotaUsage.Unit.REQUESTS_PER_MINUTE, 30, 30));
    }

    @Test
    void ofRequestsPerMinuteAreExactWhereReplicasWaitForTheLastOne() {
        join(3, CallerLimits.of("one").withRequestsPerMinute(2));
        replicas.forEach(replica -> replica.requests(20, "one", LONG));
        time.advance(Duration.ofMinutes(12));

        assertThat(mostInAMinute(grants())).isEqualTo(2);
        assertThat(grants()).hasSizeBetween(22, 24);
    }

    @Test
    void ofRequestsPerDayHoldUntilMidnightPacificTime() {
        join(3, CallerLimits.of("one").withRequestsPerDay(10));
        replicas.forEach(replica -> replica.requests(10, "one", LONG));
        time.advance(SOON);
        assertThat(grants()).hasSize(10);

        Instant midnight = PacificDay.endAfter(time.now());
        time.advance(Duration.between(time.now(), midnight).minusSeconds(1));
        assertThat(grants()).hasSize(10);
        time.advance(Duration.ofSeconds(2));
        assertThat(grants()).hasSize(20);
    }

    @Test
    void ofTokensPerMinuteCountWhatWasCounted() {
        join(2, CallerLimits.of("one").withTokensPerMinute(1_000));
        LeaseRequest large = tokens(0, 800);
        time.advance(SOON);
        LeaseRequest more = tokens(1, 500);
        time.advance(SOON);
        assertThat(large.lease()).isNotNull();
        assertThat(more.lease()).isNull();
        PoolFixture.leaseOf(large)
                .complete(Outcome.success(
                        null,
                        new io.github.geminipool.event.ResponseFacts(
                                null, null, null, new io.github.geminipool.event.TokenUsage(300, 0, 0, 0))));
        // The books are told within five seconds, and those who wait look when they were told that there is room.
        time.advance(Duration.ofSeconds(62));
        assertThat(more.lease()).isNotNull();
        LeaseRequest third = tokens(0, 600);
        time.advance(SOON);
        assertThat(third.lease()).isNull();
        time.advance(Duration.ofSeconds(62));
        assertThat(third.lease()).isNotNull();
    }

    private LeaseRequest tokens(int replica, int number) {
        CallerReplica of = replicas.get(replica);
        return of.request(of.first, "one", Demand.ofContinuation(number), LONG);
    }

    @Test
    void aLargeCallDoesNotWaitForSlotsThatFitSmallerOnes() {
        join(1, CallerLimits.of("one").withTokensPerMinute(1_000));
        CallerReplica of = replicas.get(0);
        LeaseRequest full = tokens(0, 1_000);
        time.advance(SOON);
        LeaseRequest small = of.request(of.second, "one", Demand.ofContinuation(10), LONG);
        time.advance(SOON);
        LeaseRequest large = tokens(0, 900);
        time.advance(Duration.ofSeconds(125));
        assertThat(List.of(full, small, large)).allMatch(request -> request.lease() != null);
    }

    @Test
    void areEachUnlistedCallers() {
        join(2, CallerLimits.of("*").withRequestsPerMinute(1));
        LeaseRequest here = replicas.get(0).request("x", LONG);
        time.advance(SOON);
        LeaseRequest there = replicas.get(1).request("x", LONG);
        LeaseRequest other = replicas.get(1).request("y", LONG);
        time.advance(SOON);
        assertThat(here.lease()).isNotNull();
        assertThat(other.lease()).isNotNull();
        assertThat(there.lease()).isNull();
        time.advance(Duration.ofSeconds(61));
        assertThat(there.lease()).isNotNull();
    }

    @Test
    void refuseWithWordsAndTheTimeWhenTheOtherReplicasLeaveRoom() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(1));
        LeaseRequest there = replicas.get(1).request("one", LONG);
        time.advance(Duration.ofSeconds(10));
        assertThat(there.lease()).isNotNull();
        LeaseRequest here = replicas.get(0).request("one", Duration.ofSeconds(30));
        time.advance(SOON);

        Refusal refusal = PoolFixture.refusal(here);
        assertThat(refusal.cause()).isEqualTo(Refusal.Cause.CALLER_LIMITS);
        assertThat(refusal.callersLimits())
                .isEqualTo("caller 'one' (1 requests a minute over all replicas) has reached its limits");
        assertThat(Duration.ofNanos(refusal.retryAtNanos() - time.clock().nanos()))
                .isBetween(Duration.ofSeconds(49), Duration.ofSeconds(51));
        assertThat(replicas.get(0).callers.of("one").shortestWait()).isEqualTo(Duration.ofMillis(180));
    }

    @Test
    void theSlotOfACancelledRequestIsAnotherReplicas() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(1));
        CallerReplica here = replicas.get(0);
        LeaseRequest cancelled = here.request("one", LONG);
        here.first.cancel(cancelled);
        time.advance(SOON);
        LeaseRequest there = replicas.get(1).request("one", LONG);
        time.advance(SOON);
        assertThat(there.lease()).isNotNull();
        assertThat(store.given() - store.givenBack()).isEqualTo(1);
    }

    @Test
    void theTurnOfACancelledRequestIsAnotherReplicas() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(1));
        CallerReplica here = replicas.get(0);
        LeaseRequest sent = here.request("one", LONG);
        time.advance(SOON);
        LeaseRequest waits = here.request("one", LONG);
        time.advance(SOON);
        here.first.cancel(waits);
        LeaseRequest there = replicas.get(1).request("one", LONG);
        time.advance(Duration.ofSeconds(61));
        assertThat(sent.lease()).isNotNull();
        assertThat(there.lease()).isNotNull();
    }

    @Test
    void getBackWhatWasNotSent() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(1).withRequestsPerDay(1));
        LeaseRequest unused = replicas.get(0).request("one", LONG);
        time.advance(SOON);
        PoolFixture.leaseOf(unused).unused();
        time.advance(SOON);
        LeaseRequest there = replicas.get(1).request("one", LONG);
        time.advance(SOON);
        assertThat(there.lease()).isNotNull();
        assertThat(stats(replicas.get(0), "one").calls()).isZero();
    }

    @Test
    void holdForEachReplicasPartWhileTheStoreIsAway() {
        join(3, CallerLimits.of("one").withRequestsPerMinute(60));
        replicas.forEach(replica -> replica.requests(600, "one", LONG));
        time.advance(Duration.ofMinutes(3));
        store.down(Duration.ofMinutes(2), false);
        long before = grants().size();
        time.advance(Duration.ofMinutes(2));
        long meanwhile = grants().size() - before;
        time.advance(Duration.ofMinutes(3));

        assertThat(meanwhile).isBetween(90L, 125L);
        assertThat(mostInAMinute(grants())).isLessThanOrEqualTo(66);
        List<Long> afterwards = grants().subList((int) (before + meanwhile), grants().size());
        assertThat(mostInAMinute(afterwards)).isLessThanOrEqualTo(60);
        assertThat(afterwards).hasSizeGreaterThan(160);
    }

    @Test
    void delayNobodyLongerThanTheTimeoutWhileTheStoreHangs() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(60));
        store.down(Duration.ofMinutes(1), true);
        LeaseRequest request = replicas.get(0).request("one", Duration.ofMillis(180));
        time.advance(Duration.ofMillis(150));
        assertThat(request.lease()).isNotNull();
        assertThat(replicas.get(0).request("one", LONG).lease()).isNotNull();
    }

    @Test
    void areExactAfterTheStoreHasLostItsBooks() {
        join(3, CallerLimits.of("one").withRequestsPerMinute(30));
        replicas.forEach(replica -> replica.requests(200, "one", LONG));
        time.advance(Duration.ofMinutes(2));
        store.flush();
        time.advance(Duration.ofMinutes(3));
        assertThat(mostInAMinute(grants())).isLessThanOrEqualTo(31);
        assertThat(grants()).hasSizeGreaterThan(140);
    }

    @Test
    void takeFewOrders() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(1_000));
        long before = store.orders();
        replicas.forEach(replica -> {
            for (int i = 0; i < 500; i++) {
                time.schedule(time.clock().nanos() + i * 125_000_000L, () -> {
                    LeaseRequest made = replica.request("one", LONG);
                    time.schedule(time.clock().nanos() + 300_000_000L, () -> {
                        if (made.lease() != null) {
                            made.lease().complete(Outcome.SUCCESS);
                        }
                    });
                });
            }
        });
        time.advance(Duration.ofMinutes(2));
        assertThat(grants()).hasSize(1_000);
        assertThat((double) (store.orders() - before) / grants().size()).isLessThan(1.1);
    }

    @Test
    void noSlotsOfProjectsAreOrderedForWhomCallersLimitsKeep() {
        join(Limits.NONE.withRequestsPerMinute(10), CallerLimits.of("one").withRequestsPerMinute(3));
        replicas.get(0).requests(0, "one", LONG);
        List<LeaseRequest> requests = Stream.generate(() -> replicas.get(0).request("one", LONG))
                .limit(20)
                .toList();
        time.advance(Duration.ofSeconds(30));
        assertThat(granted(requests)).isEqualTo(3);
        // Three slots of the caller's books, and three of the project's.
        assertThat(store.given()).isEqualTo(6);
        LeaseRequest other = replicas.get(0).request("other", LONG);
        time.advance(SOON);
        assertThat(other.lease()).isNotNull();
        time.advance(Duration.ofSeconds(75));
        assertThat(granted(requests)).isEqualTo(6);
        assertThat(store.givenBack()).isZero();
    }

    @Test
    void ofAProjectAndACallerGoTogether() {
        for (int i = 0; i < 2; i++) {
            join(Limits.NONE.withRequestsPerMinute(40), CallerLimits.of("one").withRequestsPerMinute(30));
        }
        time.advance(Duration.ofSeconds(3));
        for (CallerReplica replica : replicas) {
            for (int i = 0; i < 200; i++) {
                replica.request("one", LONG);
                replica.request("two", LONG);
            }
        }
        time.advance(Duration.ofMinutes(6));
        assertThat(mostInAMinute(grants())).isLessThanOrEqualTo(40);
        assertThat(grants()).hasSizeGreaterThanOrEqualTo((int) (0.95 * 240));
        long ofOne = replicas.stream()
                .mapToLong(replica -> replica.callers.of("one").stats(0).calls())
                .sum();
        assertThat(ofOne).isBetween(90L, 150L);
    }

    @Test
    void ofMadeUpNamesTakeBoundedMemory() {
        join(1, CallerLimits.of("*").withRequestsPerMinute(1_000));
        CallerReplica of = replicas.get(0);
        for (int i = 0; i < 6_000; i++) {
            LeaseRequest made = of.request("made-up-" + i, LONG);
            time.advance(Duration.ofMillis(5));
            PoolFixture.leaseOf(made).complete(Outcome.SUCCESS);
        }
        assertThat(of.callers.of("another").name()).isEqualTo("(other)");
        time.advance(Duration.ofMinutes(5));
        assertThat(of.callers.of("another").name()).isEqualTo("another");
        assertThat(time.alarms()).isLessThan(20);
    }

    @Test
    void aClosedPoolHoldsNoSlots() {
        join(2, CallerLimits.of("one").withRequestsPerMinute(60));
        List<LeaseRequest> requests = replicas.get(0).requests(200, "one", LONG);
        time.advance(SOON);
        replicas.get(0).close();
        time.advance(SOON);
        assertThat(store.given() - store.givenBack()).isEqualTo(granted(requests));
    }
}

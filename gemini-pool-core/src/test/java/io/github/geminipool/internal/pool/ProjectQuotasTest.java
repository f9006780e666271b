package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Quotas in a model pool: which requests are granted, which wait and until when, and which are refused. */
class ProjectQuotasTest extends QuotasFixture {

    private static final Duration WINDOW = Duration.ofMillis(60_100);

    private static PoolFixture ofOneProject(int perMinute) {
        return pool(10, Limits.NONE.withRequestsPerMinute(perMinute), Project.of("p"), Project.of("p"));
    }

    private static void refuse(PoolFixture fixture, Lease lease, int limit, Duration wait) {
        List<ExceededQuota> exceeded = List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, limit));
        lease.complete(Outcome.refused(rateLimited(fixture, lease, wait), exceeded, true));
    }

    @Test
    void keysOfOneProjectShareItsMinute() {
        PoolFixture fixture = ofOneProject(3);
        List<Lease> leases = fixture.leases(3);
        assertThat(leases).extracting(Lease::keyName).containsExactly("k1", "k2", "k1");
        LeaseRequest waits = fixture.request(LONG);
        assertThat(waits.isPending()).isTrue();
        leases.forEach(lease -> lease.complete(Outcome.SUCCESS));
        assertThat(waits.isPending())
                .as("waits for quota although instances are idle")
                .isTrue();
        fixture.time.advance(WINDOW.minusNanos(1));
        assertThat(waits.isPending()).isTrue();
        fixture.time.advance(Duration.ofNanos(1));
        PoolFixture.leaseOf(waits).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void waitingRequestsAreServedInTurn() {
        PoolFixture fixture = ofOneProject(1);
        fixture.lease().complete(Outcome.SUCCESS);
        List<LeaseRequest> waiting =
                IntStream.range(0, 3).mapToObj(i -> fixture.request(LONG)).toList();
        for (int served = 1; served <= 3; served++) {
            fixture.time.advance(WINDOW);
            assertThat(waiting.stream()
                            .filter(request -> request.lease() != null)
                            .toList())
                    .isEqualTo(waiting.subList(0, served));
        }
        waiting.forEach(request -> PoolFixture.leaseOf(request).complete(Outcome.SUCCESS));
        fixture.assertNothingIsLeft();
    }

    @Test
    void aRequestThatCannotWaitForTheNextSlotIsRefusedAtOnce() {
        PoolFixture fixture = ofOneProject(1);
        fixture.lease().complete(Outcome.SUCCESS);
        LeaseRequest request = fixture.request(WINDOW.minusNanos(1));
        assertThat(request.refusal()).isEqualTo(new Refusal(Refusal.Cause.NO_KEY, WINDOW.toNanos()));
        assertThat(fixture.pool.nextUsable(KeyFilter.ANY)).isEqualTo(WINDOW.toNanos());
        assertThat(fixture.pool.exclusions(KeyFilter.ANY, 10).values())
                .extracting(exclusion -> exclusion.reason())
                .containsOnly("the project's per-minute request quota is used up (limit 1, configured)");
        fixture.assertNothingIsLeft();
    }

    @Test
    void aRequestThatNamesKeysIsLimitedToo() {
        PoolFixture fixture = pool(10, Limits.NONE.withRequestsPerMinute(1), Project.of("a"), Project.of("b"));
        KeyFilter onlyA = KeyFilter.of(KeyChoice.ANY.withOnlyProjects(Set.of("a")), null);
        PoolFixture.leaseOf(fixture.request(onlyA, LONG, false)).complete(Outcome.SUCCESS);
        LeaseRequest waits = fixture.request(onlyA, LONG, false);
        assertThat(waits.isPending()).isTrue();
        fixture.lease().complete(Outcome.SUCCESS);
        fixture.time.advance(WINDOW);
        PoolFixture.leaseOf(waits).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void anotherProjectServesInTheMeantime() {
        PoolFixture fixture = pool(10, Limits.NONE.withRequestsPerMinute(2), Project.of("a"), Project.of("b"));
        assertThat(fixture.leases(4)).extracting(Lease::project).containsExactly("a", "b", "a", "b");
        assertThat(fixture.request(Duration.ZERO).refusal()).isNotNull();
    }

    @Test
    void aHigherTierServesOnlyWhileNoLowerOneHasQuota() {
        PoolFixture fixture = pool(
                10,
                Limits.NONE,
                Project.of("free").withLimits(Limits.NONE.withRequestsPerMinute(2)),
                new Project("paid", "paid", 1, 1));
        assertThat(fixture.leases(4)).extracting(Lease::project).containsExactly("free", "free", "paid", "paid");
        fixture.time.advance(WINDOW);
        assertThat(fixture.lease().project()).isEqualTo("free");
    }

    @Test
    void limitsForOneModelTakePrecedence() {
        Project project = Project.of("p")
                .withLimits(Limits.NONE.withRequestsPerMinute(5))
                .withModelLimits(Map.of(PoolFixture.MODEL, Limits.NONE.withRequestsPerMinute(2)));
        PoolFixture fixture = pool(10, Limits.NONE.withRequestsPerMinute(9), project);
        fixture.leases(2);
        assertThat(fixture.request(Duration.ZERO).refusal()).isNotNull();
    }

    @Test
    void theQuotaOfAnUnsentRequestIsRefundedToAWaitingOne() {
        PoolFixture fixture = ofOneProject(3);
        List<Lease> leases = fixture.leases(3);
        LeaseRequest first = fixture.request(LONG);
        LeaseRequest second = fixture.request(LONG);
        LeaseRequest third = fixture.request(LONG);
        leases.get(0).unused();
        Lease given = PoolFixture.leaseOf(first);
        leases.get(1).complete(Outcome.failure(PoolFixture.failure(FailureKind.NETWORK, new Scope.None()), false));
        Lease also = PoolFixture.leaseOf(second);
        leases.get(2).complete(Outcome.failure(PoolFixture.failure(FailureKind.NETWORK, new Scope.None()), true));
        assertThat(third.isPending())
                .as("no refund for a request that may have arrived")
                .isTrue();
        fixture.pool.cancel(third);
        given.complete(Outcome.SUCCESS);
        also.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void aCancelledRequestTakesNothing() {
        PoolFixture fixture = ofOneProject(1);
        LeaseRequest cancelled = fixture.newRequest(KeyFilter.ANY, LONG, false);
        cancelled.cancel();
        fixture.pool.request(cancelled);
        fixture.lease();
    }

    @Test
    void aDailyQuotaEndsAtMidnightAndAnotherModelServesUntilThen() {
        PoolFixture fixture = pool(10, Limits.NONE.withRequestsPerDay(2), Project.of("p"));
        fixture.leases(2).forEach(lease -> lease.complete(Outcome.SUCCESS));
        Refusal refusal = Objects.requireNonNull(
                fixture.requestWithFallback(KeyFilter.ANY, LONG).refusal());
        assertThat(refusal.retryAtNanos()).isEqualTo(Duration.ofHours(19).toNanos());
        assertThat(refusal.fallBackFor()).isNotNull().satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
            assertThat(failure.reason())
                    .isEqualTo("the project's daily request quota is used up (limit 2, configured)");
        });
        fixture.time.advance(Duration.ofHours(19));
        fixture.leases(2);
    }

    @Test
    void aMinuteQuotaIsWaitedForEvenWithAFallbackModel() {
        PoolFixture fixture = ofOneProject(1);
        fixture.lease().complete(Outcome.SUCCESS);
        LeaseRequest request = fixture.requestWithFallback(KeyFilter.ANY, LONG);
        assertThat(request.isPending()).isTrue();
        fixture.pool.cancel(request);
    }

    @Test
    void aLimitIsLearnedFromARefusalAndForgottenByAReset() {
        PoolFixture fixture = pool(10, Limits.NONE, Project.of("p"), Project.of("p"), Project.of("other"));
        List<Lease> leases = fixture.leases(3);
        refuse(fixture, leases.get(0), 2, Duration.ofSeconds(20));
        leases.get(1).complete(Outcome.SUCCESS);
        leases.get(2).complete(Outcome.SUCCESS);
        fixture.time.advance(LONG);
        assertThat(fixture.leases(4)).extracting(Lease::project).contains("other");
        KeyFilter onlyP = KeyFilter.of(KeyChoice.ANY.withOnlyProjects(Set.of("p")), null);
        while (fixture.request(onlyP, Duration.ZERO, false).lease() != null) {
            assertThat(fixture.pool.inFlight()).isLessThan(8);
        }
        assertThat(fixture.pool.exclusions(onlyP, 10).values())
                .extracting(exclusion -> exclusion.reason())
                .containsOnly("the project's per-minute request quota is used up (limit 2, learned from Gemini)");
        fixture.pool.reset();
        assertThat(fixture.request(onlyP, Duration.ZERO, false).lease()).isNotNull();
    }

    @Test
    void aProjectThatWaitsForQuotaCountsAsWorking() {
        PoolFixture fixture = pool(10, Limits.NONE.withRequestsPerMinute(1), Project.of("a"), Project.of("b"));
        fixture.leases(2);
        assertThat(fixture.pool.projects(5)).isEqualTo(2);
        fixture.excludeKey(1, LONG);
        assertThat(fixture.pool.projects(5)).isEqualTo(1);
    }

    @Test
    void theModelOfCallsWithoutOneHasNoLimits() {
        PoolFixture fixture = ofOneProject(1);
        PoolContext context = fixture.context;
        ModelPool none = new ModelPool(CallFacts.NO_MODEL, 0, 5, 0, false, context, () -> {});
        for (int i = 0; i < 5; i++) {
            LeaseRequest request = fixture.newRequest(KeyFilter.ANY, Duration.ZERO, false);
            none.request(request);
            assertThat(request.lease()).isNotNull();
        }
    }

    @Test
    void aRequestSentAfterItsGrantCountsFromThenOn() {
        PoolFixture fixture = ofOneProject(1);
        Lease lease = fixture.lease();
        fixture.time.advance(Duration.ofMillis(500));
        lease.sentAt(fixture.nanos());
        lease.complete(Outcome.SUCCESS);
        assertThat(fixture.pool.nextUsable(KeyFilter.ANY))
                .isEqualTo(WINDOW.plusMillis(500).toNanos());
        fixture.time.advance(WINDOW);
        Lease unsent = fixture.lease();
        unsent.sentAt(0);
        unsent.unused();
        assertThat(fixture.request(Duration.ZERO).lease()).as("refunded").isNotNull();
    }

    @Test
    void aRequestWhoseTurnComesTooLateIsRefusedAtOnce() {
        PoolFixture fixture = ofOneProject(2);
        fixture.leases(2).forEach(lease -> lease.complete(Outcome.SUCCESS));
        List<LeaseRequest> waiting =
                List.of(fixture.request(Duration.ofSeconds(90)), fixture.request(Duration.ofSeconds(90)));
        LeaseRequest third = fixture.request(Duration.ofSeconds(90));
        assertThat(waiting).allMatch(LeaseRequest::isPending);
        Refusal refusal = Objects.requireNonNull(third.refusal());
        assertThat(refusal.retryAtNanos()).isBetween(WINDOW.toNanos() * 3 / 2, 2 * WINDOW.toNanos() + 1_000_000_000L);
        waiting.forEach(request -> assertThat(fixture.pool.cancel(request)).isTrue());
        fixture.assertNothingIsLeft();
    }

    @Test
    void aliasesOfOneModelShareItsQuotaOnceARefusalNamesIt() {
        PoolFixture fixture = ofOneProject(2);
        ModelPool alias = new ModelPool("an-alias", 0, 10, 0, true, fixture.context, () -> {});
        PoolFixture.leaseOf(request(fixture.pool)).complete(Outcome.SUCCESS);
        PoolFixture.leaseOf(request(fixture.pool)).complete(Outcome.SUCCESS);
        PoolFixture.leaseOf(request(alias)).complete(Outcome.SUCCESS);
        fixture.time.advance(Duration.ofMinutes(3));
        for (ModelPool pool : List.of(fixture.pool, alias)) {
            Lease lease = PoolFixture.leaseOf(request(pool));
            List<ExceededQuota> exceeded =
                    List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 2, "what-it-stands-for"));
            lease.complete(Outcome.refused(rateLimited(fixture, lease, Duration.ofSeconds(1)), exceeded, true));
            fixture.time.advance(Duration.ofMinutes(3));
        }
        PoolFixture.leaseOf(request(fixture.pool)).complete(Outcome.SUCCESS);
        PoolFixture.leaseOf(request(alias)).complete(Outcome.SUCCESS);
        assertThat(request(fixture.pool).refusal()).isNotNull();
        assertThat(request(alias).refusal()).isNotNull();
    }

    private static LeaseRequest request(ModelPool pool) {
        LeaseRequest request = new LeaseRequest(KeyFilter.ANY, 0, false, null);
        pool.request(request);
        return request;
    }

    @Test
    void aRequestWithoutQuotaNeitherWaitsForItNorTakesIt() {
        PoolFixture fixture = ofOneProject(1);
        free(fixture).complete(Outcome.SUCCESS);
        fixture.lease().complete(Outcome.SUCCESS);
        free(fixture).complete(Outcome.SUCCESS);
        assertThat(fixture.request(Duration.ZERO).refusal()).isNotNull();
        free(fixture).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    private static Lease free(PoolFixture fixture) {
        LeaseRequest request = new LeaseRequest(KeyFilter.ANY, Demand.NOTHING, fixture.nanos(), false, false, null);
        fixture.pool.request(request);
        return PoolFixture.leaseOf(request);
    }
}

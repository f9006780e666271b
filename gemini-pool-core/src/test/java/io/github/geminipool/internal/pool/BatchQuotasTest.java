package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Batches of texts in a model pool: each text is one request of the quota. */
class BatchQuotasTest extends QuotasFixture {

    private static PoolFixture pool(int perMinute, String... projects) {
        return pool(
                10,
                Limits.NONE.withRequestsPerMinute(perMinute),
                List.of(projects).stream().map(Project::of).toArray(Project[]::new));
    }

    private static LeaseRequest request(PoolFixture fixture, Demand demand, Duration timeout) {
        LeaseRequest request =
                new LeaseRequest(KeyFilter.ANY, demand, fixture.time.clock().after(timeout), false, false, null);
        fixture.pool.request(request);
        return request;
    }

    private static LeaseRequest request(PoolFixture fixture, int texts) {
        return request(fixture, Demand.of(texts, 0), LONG);
    }

    @Test
    void eachTextTakesASlot() {
        PoolFixture fixture = pool(100, "a", "b");
        Lease first = PoolFixture.leaseOf(request(fixture, 50));
        Lease second = PoolFixture.leaseOf(request(fixture, 60));
        assertThat(second.project()).isNotEqualTo(first.project());
        assertThat(PoolFixture.leaseOf(request(fixture, 50)).project()).isEqualTo(first.project());
        assertThat(PoolFixture.leaseOf(request(fixture, 40)).project()).isEqualTo(second.project());
        LeaseRequest waits = request(fixture, 1);
        assertThat(waits.isPending()).isTrue();
        fixture.time.advance(Duration.ofMillis(60_100));
        assertThat(waits.lease()).isNotNull();
    }

    @Test
    void aBatchThatWasNotSentIsRefunded() {
        PoolFixture fixture = pool(100, "a");
        Lease unsent = PoolFixture.leaseOf(request(fixture, 80));
        LeaseRequest waits = request(fixture, 90);
        assertThat(waits.isPending()).isTrue();
        unsent.unused();
        PoolFixture.leaseOf(waits).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void aBatchLargerThanEveryLimitIsRefusedOthersGoWhereTheyFit() {
        PoolFixture fixture = pool(100, "a", "b");
        assertThat(request(fixture, 101).refusal()).isEqualTo(new Refusal(Refusal.Cause.TOO_LARGE, PoolClock.NEVER));
        assertThat(fixture.pool.largestLimits(KeyFilter.ANY)).isEqualTo(new Demand(100, 0, true));
        fixture.assertNothingIsLeft();

        PoolFixture mixed = pool(
                10,
                Limits.NONE,
                Project.of("a").withLimits(Limits.NONE.withRequestsPerMinute(100)),
                Project.of("b").withLimits(Limits.NONE.withRequestsPerMinute(500)));
        assertThat(PoolFixture.leaseOf(request(mixed, 101)).project()).isEqualTo("b");

        PoolFixture unknown = pool(
                10, Limits.NONE, Project.of("a").withLimits(Limits.NONE.withRequestsPerMinute(100)), Project.of("b"));
        assertThat(PoolFixture.leaseOf(request(unknown, 101)).project()).isEqualTo("b");
    }

    @Test
    void aBatchLargerThanTheDayIsRefused() {
        PoolFixture fixture = pool(10, Limits.NONE.withRequestsPerDay(30), Project.of("a"));
        assertThat(request(fixture, 31).refusal()).isEqualTo(new Refusal(Refusal.Cause.TOO_LARGE, PoolClock.NEVER));
        assertThat(request(fixture, 30).lease()).isNotNull();
    }

    @Test
    void smallerBatchesOvertakeALargerOne() {
        PoolFixture fixture = pool(100, "a");
        PoolFixture.leaseOf(request(fixture, 60)).complete(Outcome.SUCCESS);
        LeaseRequest large = request(fixture, 50);
        assertThat(large.isPending()).isTrue();
        PoolFixture.leaseOf(request(fixture, 30)).complete(Outcome.SUCCESS);
        assertThat(large.isPending()).isTrue();
    }

    @Test
    void theForecastCountsTheTextsOfBatchesAhead() {
        PoolFixture fixture = pool(100, "a");
        PoolFixture.leaseOf(request(fixture, 100)).complete(Outcome.SUCCESS);
        request(fixture, 100);
        request(fixture, 100);
        LeaseRequest third = request(fixture, Demand.of(100, 0), Duration.ofSeconds(130));
        assertThat(Objects.requireNonNull(third.refusal()).retryAtNanos())
                .isGreaterThanOrEqualTo(Duration.ofMinutes(3).toNanos());
    }

    @Test
    void aRefusalForItsSizeLeadsToAProjectKnownToAdmitIt() {
        PoolFixture fixture = pool(
                10,
                Limits.NONE,
                Project.of("a"),
                Project.of("b").withLimits(Limits.NONE.withRequestsPerMinute(500)),
                Project.of("c"));
        Lease refused = PoolFixture.leaseOf(request(fixture, 60));
        assertThat(refused.project()).isEqualTo("a");
        List<ExceededQuota> exceeded = List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 50));
        refused.complete(Outcome.refused(rateLimited(fixture, refused, Duration.ofSeconds(30)), exceeded, true));

        KeyFilter further =
                Objects.requireNonNull(fixture.pool.afterRefusalForSize(exceeded, Demand.of(60, 0), KeyFilter.ANY));
        assertThat(further.avoided()).hasSize(2);
        assertThat(fixture.pool.hasKeyFor(further)).isTrue();
        assertThat(fixture.pool.afterRefusalForSize(exceeded, Demand.of(50, 0), KeyFilter.ANY))
                .as("refused for earlier requests")
                .isNull();
    }
}

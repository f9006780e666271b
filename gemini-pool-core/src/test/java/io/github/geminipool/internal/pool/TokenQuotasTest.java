package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
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

/** Token quotas in a model pool. Until estimates have been compared with counts, 1.5 times the estimate is reserved. */
class TokenQuotasTest extends QuotasFixture {

    private static PoolFixture pool(int tokensPerMinute) {
        return pool(10, Limits.NONE.withTokensPerMinute(tokensPerMinute), Project.of("p"), Project.of("p"));
    }

    private static LeaseRequest request(PoolFixture fixture, long tokens) {
        LeaseRequest request = new LeaseRequest(
                KeyFilter.ANY, Demand.ofTokens(tokens), fixture.time.clock().after(LONG), false, false, null);
        fixture.pool.request(request);
        return request;
    }

    private static Lease lease(PoolFixture fixture, long tokens) {
        return PoolFixture.leaseOf(request(fixture, tokens));
    }

    @Test
    void tokensReservedInExcessGoToWaitingRequests() {
        PoolFixture fixture = pool(300);
        Lease first = lease(fixture, 100);
        lease(fixture, 100).complete(Outcome.SUCCESS);
        LeaseRequest waits = request(fixture, 100);
        assertThat(waits.isPending()).isTrue();
        first.complete(Outcome.success(null, new ResponseFacts(null, null, null, new TokenUsage(50, 0, 0, 0))));
        PoolFixture.leaseOf(waits).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void theTokensOfAnUnsentRequestAreRefunded() {
        PoolFixture fixture = pool(150);
        Lease unsent = lease(fixture, 100);
        LeaseRequest waits = request(fixture, 100);
        assertThat(waits.isPending()).isTrue();
        unsent.unused();
        PoolFixture.leaseOf(waits).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void aSmallerRequestOvertakesALargerOneForHalfAMinute() {
        PoolFixture fixture = pool(200);
        lease(fixture, 100).complete(Outcome.SUCCESS);
        LeaseRequest large = request(fixture, 100);
        lease(fixture, 10).complete(Outcome.SUCCESS);
        fixture.time.advance(Duration.ofSeconds(30));
        LeaseRequest small = request(fixture, 10);
        assertThat(large.isPending()).isTrue();
        assertThat(small.isPending())
                .as("there is quota for it, but it is not its turn")
                .isTrue();
        fixture.time.advance(Duration.ofMillis(30_800));
        PoolFixture.leaseOf(large).complete(Outcome.SUCCESS);
        fixture.time.advance(Duration.ofSeconds(30));
        PoolFixture.leaseOf(small).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void aPromptTooLargeForEveryProjectIsRefusedAtOnceOthersGoWhereTheyFit() {
        PoolFixture fixture = pool(100);
        Refusal refusal = request(fixture, 1_000).refusal();
        assertThat(refusal).isEqualTo(new Refusal(Refusal.Cause.TOO_LARGE, PoolClock.NEVER));
        fixture.assertNothingIsLeft();

        PoolFixture mixed = pool(
                10,
                Limits.NONE,
                Project.of("a").withLimits(Limits.NONE.withTokensPerMinute(100)),
                Project.of("b").withLimits(Limits.NONE.withTokensPerMinute(5_000)));
        Lease lease = lease(mixed, 1_000);
        assertThat(lease.project()).isEqualTo("b");
    }

    @Test
    void aRefusalForSizeLeavesOnlyProjectsKnownToAdmitIt() {
        PoolFixture fixture = pool(10, Limits.NONE, Project.of("a"), Project.of("b"), Project.of("c"));
        Lease lease = lease(fixture, 1_000);
        List<ExceededQuota> exceeded = List.of(new ExceededQuota(ExceededQuota.Unit.TOKENS_PER_MINUTE, 100));
        lease.complete(Outcome.refused(rateLimited(fixture, lease, Duration.ofSeconds(60)), exceeded, true));
        KeyFilter further = fixture.pool.afterRefusalForSize(exceeded, Demand.ofTokens(1_000), KeyFilter.ANY);
        assertThat(fixture.pool.hasKeyFor(Objects.requireNonNull(further))).isFalse();
        assertThat(fixture.pool.afterRefusalForSize(exceeded, Demand.ofTokens(100), KeyFilter.ANY))
                .isNull();
    }

    @Test
    void aRefusedRequestKeepsWhatWasReservedForIt() {
        PoolFixture fixture = pool(200);
        Failure tooLong = new Failure(FailureKind.INVALID_REQUEST, new Scope.Request(), null, false, 400, "Too long");
        lease(fixture, 100).complete(Outcome.refused(tooLong, List.of(), true));
        LeaseRequest waits = request(fixture, 100);
        assertThat(waits.isPending())
                .as("Gemini counts the tokens of a request that it refuses for its size")
                .isTrue();
        fixture.time.advance(Duration.ofMillis(60_800));
        PoolFixture.leaseOf(waits).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void aLimitLearnedForAnotherNameHoldsForTheModelThatAsked() {
        PoolFixture fixture = pool(10, Limits.NONE, Project.of("a"));
        Lease first = lease(fixture, 10);
        List<ExceededQuota> exceeded =
                List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 3, "gemini-embedding-1.0"));
        first.complete(Outcome.refused(rateLimited(fixture, first, Duration.ofSeconds(2)), exceeded, true));
        assertThat(fixture.pool.state().quotas())
                .singleElement()
                .satisfies(usage -> assertThat(usage.limit()).isEqualTo(3));
    }
}

package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A refusal while less than half of a quota is used shows that somebody else uses the project. */
class ForeignUseTest extends QuotasFixture {

    private static final Duration MINUTE = Duration.ofSeconds(61);
    private static final Limits TEN = Limits.NONE.withRequestsPerMinute(10);

    private static PoolFixture ofTen() {
        PoolFixture fixture = pool(20, TEN, Project.of("p"));
        fixture.time.advance(MINUTE);
        return fixture;
    }

    /** Sends requests, of which the last one is refused. */
    private static void refusedAfter(PoolFixture fixture, int sent, int limit, @Nullable String model) {
        for (int i = 0; i < sent; i++) {
            fixture.lease().complete(Outcome.SUCCESS);
        }
        Lease refused = fixture.lease();
        refused.complete(Outcome.refused(
                rateLimited(fixture, refused, Duration.ofSeconds(30)),
                List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, limit, model)),
                true));
    }

    private static List<ForeignUse> found(PoolFixture fixture) {
        return fixture.events.stream()
                .filter(ForeignUse.class::isInstance)
                .map(ForeignUse.class::cast)
                .toList();
    }

    private static long shown(PoolFixture fixture) {
        return fixture.pool.state().quotas().stream()
                .filter(usage -> usage.unit() == QuotaUsage.Unit.REQUESTS_PER_MINUTE)
                .mapToLong(QuotaUsage::foreign)
                .sum();
    }

    @Test
    void theRestOfTheLimitWasUsedByOthers() {
        PoolFixture fixture = ofTen();
        refusedAfter(fixture, 2, 10, null);
        assertThat(found(fixture))
                .containsExactly(new ForeignUse("p", fixture.pool.model(), ForeignUse.Unit.REQUESTS, 10, 3, 7));
        assertThat(shown(fixture)).isEqualTo(7);
    }

    @Test
    void itIsShownForAnHour() {
        PoolFixture fixture = ofTen();
        refusedAfter(fixture, 2, 10, null);
        fixture.time.advance(Duration.ofMinutes(59));
        assertThat(shown(fixture)).isEqualTo(7);
        fixture.time.advance(Duration.ofMinutes(2));
        assertThat(shown(fixture)).isZero();
    }

    @Test
    void oneRefusalIsToldOnce() {
        PoolFixture fixture = ofTen();
        Lease first = fixture.lease();
        Lease second = fixture.lease();
        for (Lease refused : List.of(first, second)) {
            refused.complete(Outcome.refused(
                    rateLimited(fixture, refused, Duration.ofSeconds(30)),
                    List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 10)),
                    true));
        }
        assertThat(found(fixture)).hasSize(1);
    }

    @Test
    void whoUsesHalfOfTheLimitMayHaveMiscounted() {
        PoolFixture fixture = ofTen();
        refusedAfter(fixture, 4, 10, null);
        assertThat(found(fixture)).isEmpty();
    }

    @Test
    void inItsFirstMinuteThePoolDoesNotKnow() {
        PoolFixture fixture = pool(20, TEN, Project.of("p"));
        fixture.time.advance(Duration.ofSeconds(59));
        refusedAfter(fixture, 2, 10, null);
        assertThat(found(fixture)).isEmpty();
    }

    @Test
    void whoHasAShareExpectsOthers() {
        PoolFixture fixture = pool(20, TEN.withShare(0.5), Project.of("p"));
        fixture.time.advance(MINUTE);
        refusedAfter(fixture, 1, 10, null);
        assertThat(found(fixture)).isEmpty();
    }

    @Test
    void withoutALimitNothingIsCounted() {
        PoolFixture fixture = pool(20, Limits.NONE, Project.of("p"));
        fixture.time.advance(MINUTE);
        refusedAfter(fixture, 2, 10, null);
        assertThat(found(fixture)).isEmpty();
    }

    @Test
    void anotherNameOfTheModelMayHaveUsedIt() {
        PoolFixture fixture = ofTen();
        refusedAfter(fixture, 2, 10, "its-real-name");
        // From here on, all names of the model share one ledger.
        assertThat(found(fixture)).isEmpty();

        fixture.time.advance(MINUTE.multipliedBy(2));
        refusedAfter(fixture, 2, 10, "its-real-name");
        assertThat(found(fixture)).hasSize(1);
    }
}

package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slots of limits that replicas share, of one caller's calls that differ in size or in what they wait for. */
class SharedCallerSlotsTest {

    private static final Duration LONG = Duration.ofDays(3);
    private static final Duration SOON = Duration.ofMillis(20);

    private final VirtualTime time = new VirtualTime();
    private final SimulatedStore store = new SimulatedStore(time, new Random(1));
    private int replicas;

    private CallerReplica join(Limits ofProject, CallerLimits limits) {
        CallerReplica made = new CallerReplica(time, store.connect("r" + replicas++), ofProject, limits);
        time.advance(Duration.ofSeconds(3));
        return made;
    }

    private static LeaseRequest tokens(CallerReplica of, int number) {
        return of.request(of.first, "one", Demand.ofContinuation(number), LONG);
    }

    @AfterEach
    void noSlotIsLost() {
        assertThat(store.violations()).isEmpty();
    }

    @Test
    void refuseAtOnceWhatIsLargerThanThoseOfAnotherReplica() {
        CallerReplica here = join(Limits.NONE, CallerLimits.of("one").withTokensPerMinute(1_000));
        CallerReplica there = join(Limits.NONE, CallerLimits.of("one").withTokensPerMinute(100));
        assertThat(tokens(there, 10).isPending()).isTrue();
        time.advance(SOON);
        LeaseRequest large = tokens(here, 110);
        LeaseRequest small = tokens(here, 20);
        time.advance(Duration.ofMillis(500));
        String words = "the request is larger than the limits of caller 'one' (100 tokens a minute over all replicas)";
        assertThat(PoolFixture.refusal(large).callersLimits()).isEqualTo(words);
        assertThat(small.lease()).isNotNull();
        assertThat(PoolFixture.refusal(tokens(here, 110)).callersLimits()).isEqualTo(words);
    }

    @Test
    void aSmallCallDoesNotWaitForTheTurnOfALargeOneThatIsGivenUp() {
        CallerReplica here = join(Limits.NONE, CallerLimits.of("one").withTokensPerMinute(1_000));
        tokens(here, 600);
        time.advance(SOON);
        LeaseRequest large = tokens(here, 900);
        LeaseRequest small = tokens(here, 300);
        time.advance(SOON);
        assertThat(small.isPending()).isTrue();
        here.first.cancel(large);
        time.advance(Duration.ofMillis(500));
        assertThat(small.lease()).isNotNull();
    }

    @Test
    void whoeverWaitsForAKeyGetsAnotherSlotIfItsOwnIsUsedElsewhere() {
        CallerReplica here = join(
                Limits.NONE.withRequestsPerMinute(1), CallerLimits.of("one").withRequestsPerMinute(9));
        here.request("other", LONG);
        time.advance(SOON);
        LeaseRequest waits = here.request("one", LONG);
        time.advance(Duration.ofSeconds(10));
        long given = store.given();
        LeaseRequest elsewhere = here.request(here.second, "one", Demand.REQUEST, LONG);
        time.advance(SOON);
        assertThat(elsewhere.lease()).isNotNull();
        assertThat(store.given() - given).as("the project's, and the caller's").isEqualTo(2);
        time.advance(Duration.ofSeconds(51));
        assertThat(waits.lease()).isNotNull();
        assertThat(store.givenBack()).isZero();
    }
}

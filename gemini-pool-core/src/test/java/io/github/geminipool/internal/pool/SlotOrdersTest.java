package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Use;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotOrdersTest {

    private static final Duration SOON = Duration.ofMillis(10);

    private final ReplicaWorld world = new ReplicaWorld(1, 5, 60);
    private final SimulatedReplica replica = world.join();

    private static LeaseRequest request(SimulatedReplica of, Duration wait) {
        LeaseRequest request = new LeaseRequest(KeyFilter.ANY, of.clock().after(wait), false, null);
        of.pool().request(request);
        return request;
    }

    private static List<LeaseRequest> requests(SimulatedReplica of, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> request(of, Duration.ofSeconds(30)))
                .toList();
    }

    @Test
    void theOrdersOfManyRequestsAreSpreadOverTheProjects() {
        List<LeaseRequest> requests = requests(replica, 50);
        world.time.advance(SOON);

        assertThat(requests).allMatch(request -> request.lease() != null);
        // The first request asks the first project by itself; those behind it ask the other four.
        assertThat(world.store.orders()).isLessThanOrEqualTo(15);
        assertThat(world.store.given() - world.store.givenBack()).isEqualTo(50);
    }

    @Test
    void aRequestWaitsAtLeastUntilAnAnswerIsOverdue() {
        world.store.down(Duration.ofSeconds(10), true);
        LeaseRequest request = request(replica, replica.pool().shortestWait());
        world.time.advance(Duration.ofMillis(149));

        assertThat(request.isSettled()).isFalse();
        world.time.advance(Duration.ofMillis(1));
        assertThat(request.lease()).as("by the part that the replica has alone").isNotNull();
    }

    @Test
    void withoutAStoreNoRequestHasToWait() {
        assertThat(PoolFixture.of(1, 1).pool.shortestWait()).isZero();
    }

    @Test
    void withoutALimitNoRequestHasToWait() {
        assertThat(new ReplicaWorld(1, 1, Limits.NONE).join().pool().shortestWait())
                .isZero();
    }

    @Test
    void whileTheStoreHangsNobodyWaitsForEachProjectInTurn() {
        world.store.down(Duration.ofMinutes(1), true);
        request(replica, Duration.ofSeconds(30));
        world.time.advance(Duration.ofMillis(150));

        // Each project's part is free at once: none is asked any more.
        List<LeaseRequest> requests = requests(replica, 10);
        assertThat(requests).allMatch(request -> request.lease() != null);
        for (String project : List.of("p0", "p1", "p2", "p3", "p4")) {
            LeaseRequest bound = new LeaseRequest(
                    KeyFilter.of(KeyChoice.ANY, project), replica.clock().after(Duration.ofSeconds(30)), false, null);
            replica.pool().request(bound);
            assertThat(bound.lease()).as(project).isNotNull();
        }
    }

    @Test
    void theSlotOfACancelledRequestIsGivenBack() {
        LeaseRequest request = request(replica, Duration.ofSeconds(30));
        replica.pool().cancel(request);
        world.time.advance(Duration.ofSeconds(10));

        assertThat(world.store.given()).isEqualTo(1);
        assertThat(world.store.givenBack()).isEqualTo(1);
    }

    @Test
    void whatTheStoreCouldNotBeToldItIsToldLater() {
        LeaseRequest request = request(replica, Duration.ofSeconds(30));
        replica.pool().cancel(request);
        world.time.advance(SOON);
        world.store.down(Duration.ofSeconds(8), false);
        world.time.advance(Duration.ofSeconds(20));

        assertThat(world.store.given()).isEqualTo(1);
        assertThat(world.store.givenBack()).isEqualTo(1);
    }

    @Test
    void aClosedPoolHoldsNoSlots() {
        List<LeaseRequest> requests = requests(replica, 400);
        world.time.advance(SOON);
        replica.pool().close();
        world.time.advance(SOON);

        long leases =
                requests.stream().filter(request -> request.lease() != null).count();
        assertThat(world.store.given() - world.store.givenBack()).isEqualTo(leases);
    }

    @Test
    void whomToAskIsChosenAmongASample() {
        SimulatedReplica large = new ReplicaWorld(1, 2_000, 60).join();
        request(large, Duration.ofSeconds(30));

        assertThat(large.scored).isBetween(1L, 40L);
    }

    /** Sends a request to each of two projects, which then have no room, and has the store lose that. */
    private static SimulatedReplica afterAFlush() {
        ReplicaWorld ofTwo = new ReplicaWorld(1, 2, 1);
        SimulatedReplica sender = ofTwo.join();
        List<LeaseRequest> requests = requests(sender, 2);
        ofTwo.time.advance(SOON);
        assertThat(requests).allMatch(request -> request.lease() != null);
        ofTwo.store.flush();
        return sender;
    }

    private static boolean hasRoom(ReplicaWorld in, String project) {
        in.time.advance(SOON);
        return in.store.hasRoom(bucket(project));
    }

    private static QuotaBucket bucket(String project) {
        return new QuotaBucket(project, SimulatedReplica.MODEL);
    }

    @Test
    void whereSomeBooksAreLostTheOthersAreLookedAtAsWell() {
        SimulatedReplica sender = afterAFlush();
        assertThat(hasRoom(sender.world(), "p0")).isTrue();
        assertThat(hasRoom(sender.world(), "p1")).isTrue();

        sender.lost(bucket("p0"));
        assertThat(hasRoom(sender.world(), "p0")).isFalse();
        assertThat(hasRoom(sender.world(), "p1")).isFalse();
    }

    @Test
    void whoMayHaveMissedFactsLooksAtTheBooks() {
        SimulatedReplica sender = afterAFlush();
        sender.all(List.of());
        assertThat(hasRoom(sender.world(), "p0")).isFalse();
        assertThat(hasRoom(sender.world(), "p1")).isFalse();
    }

    @Test
    void anAnswerThatComesTooLateIsGivenBack() {
        world.store.slow(Duration.ofSeconds(1), Duration.ofSeconds(2));
        LeaseRequest request = request(replica, Duration.ofSeconds(30));
        world.time.advance(Duration.ofSeconds(10));

        assertThat(request.lease()).isNotNull();
        assertThat(world.store.given()).isEqualTo(world.store.givenBack()).isPositive();
    }

    private static LeaseRequest inBackground(SimulatedReplica of, boolean retry) {
        LeaseRequest request = new CallerLeaseRequest(
                Caller.NOBODY,
                true,
                !retry,
                true,
                KeyFilter.ANY,
                Demand.REQUEST,
                Use.PLAIN,
                of.clock().after(Duration.ofSeconds(30)),
                retry,
                false,
                false,
                null,
                null);
        of.pool().request(request);
        return request;
    }

    @Test
    void theRetryOfABackgroundCallIsNotPaced() {
        ReplicaWorld slow = new ReplicaWorld(1, 1, 12);
        SimulatedReplica of = slow.join();
        LeaseRequest first = inBackground(of, false);
        slow.time.advance(SOON);
        of.pool().attemptsBegin();
        PoolFixture.leaseOf(first).complete(Outcome.SUCCESS);
        LeaseRequest second = inBackground(of, false);
        LeaseRequest retry = inBackground(of, true);
        slow.time.advance(SOON);
        assertThat(retry.lease()).isNotNull();
        assertThat(second.isPending()).isTrue();
    }
}

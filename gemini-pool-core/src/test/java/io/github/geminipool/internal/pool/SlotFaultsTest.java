package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever a store does to the pool that asks it: the lock is released, and calls are served all the same. */
class SlotFaultsTest {

    private static final int PROJECTS = 20;

    private final VirtualTime time = new VirtualTime();
    private final WatchedStore store = new WatchedStore(time);
    private final PoolFixture fixture = new PoolFixture(
            50,
            SelectionStrategy.of(Selection.ROUND_ROBIN),
            PoolFixture.projects(PROJECTS),
            Limits.NONE.withRequestsPerMinute(60),
            time,
            new QuotaSharing(store, project -> project, model -> model, (alias, model) -> {}));

    @BeforeAll
    static void beQuiet() {
        level(ch.qos.logback.classic.Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        level(null);
    }

    private static void level(ch.qos.logback.classic.@Nullable Level level) {
        ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("io.github.geminipool.internal")).setLevel(level);
    }

    private List<LeaseRequest> requests(int number) {
        return IntStream.range(0, number).mapToObj(i -> fixture.request()).toList();
    }

    private static boolean areServed(List<LeaseRequest> requests) {
        return requests.stream().allMatch(request -> request.lease() != null);
    }

    @Test
    void whoEndsACallSendsNothing() {
        List<LeaseRequest> requests = requests(5);
        time.advance(Duration.ofSeconds(1));
        List<LeaseRequest> more = requests(5);
        time.advance(Duration.ofSeconds(1));
        int before = store.orders;

        requests.forEach(request -> PoolFixture.leaseOf(request).complete(Outcome.SUCCESS));
        more.forEach(request -> PoolFixture.leaseOf(request).complete(Outcome.SUCCESS));
        assertThat(store.orders).isEqualTo(before);
    }

    private static SlotFaultsTest thrownAt(int look, Error thrown) {
        SlotFaultsTest test = new SlotFaultsTest();
        test.store.throwsAt = look;
        test.store.thrown = thrown;
        return test;
    }

    /** Makes calls while the look of a number at the store throws; returns the number of looks. */
    private static int serves(int look, Error thrown) {
        SlotFaultsTest test = thrownAt(look, thrown);
        List<LeaseRequest> first = test.requests(3);
        assertThat(test.fixture.pool.isLockHeld()).as("lock, look %s", look).isFalse();
        test.time.advance(Duration.ofSeconds(5));
        assertThat(areServed(first)).as("served, look %s", look).isTrue();
        first.forEach(request -> PoolFixture.leaseOf(request).complete(Outcome.SUCCESS));
        List<LeaseRequest> second = test.requests(3);
        test.time.advance(Duration.ofSeconds(5));
        assertThat(areServed(second)).as("served later, look %s", look).isTrue();
        assertThat(test.fixture.pool.isLockHeld()).as("lock, look %s", look).isFalse();
        return test.store.looks;
    }

    @Test
    void whateverThrowsWhileSlotsAreOrderedCallsAreServed() {
        int looks = serves(0, new AssertionError());
        assertThat(looks).isGreaterThan(10);
        for (int look = 1; look <= looks; look++) {
            serves(look, new StackOverflowError("a test"));
            serves(look, new OutOfMemoryError("a test"));
        }
    }

    @Test
    void anOrderThatCannotBeMadeIsMadeASecondLater() {
        // The looks of the first order: for the projects to ask, and in making it.
        Set<Integer> late = ConcurrentHashMap.newKeySet();
        for (int look = 1; look <= 10; look++) {
            SlotFaultsTest test = thrownAt(look, new OutOfMemoryError("a test"));
            LeaseRequest request = test.fixture.request(KeyFilter.ANY, Duration.ofSeconds(30), false);
            test.time.advance(Duration.ofMillis(100));
            if (request.lease() == null) {
                late.add(look);
                test.time.advance(Duration.ofMillis(1_200));
            }
            assertThat(request.lease()).as("look %s", look).isNotNull();
        }
        assertThat(late).isNotEmpty();
    }
}

package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.books.LimitSharing;
import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Timer;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Use;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that ask for leases write no commands to a store, whatever they order; real time and threads. */
@Timeout(30)
class OrderThreadTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final PoolClock clock = new PoolClock(TimeSource.system());
    private final Timer timer = new Timer(clock);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Queue<SlotOrder> orders = new ConcurrentLinkedQueue<>();
    private final SharedStore memory =
            new MemoryStore(TimeSource.system(), Runnable::run).withBooks().connect("one");
    private final RecordingStore store = new RecordingStore(memory, order -> {
        threads.add(Thread.currentThread());
        orders.add(order);
    });
    private final ModelPool pool = pool();
    private final Callers callers = new Callers(
            List.of(CallerLimits.of("one").withRequestsPerMinute(1_000)), clock, new LimitSharing(store, clock, timer));

    private ModelPool pool() {
        Exclusions exclusions = new Exclusions();
        KeyRing ring =
                new KeyRing(List.of(ApiKey.of("secret-0").named("k1")), Map.of(), exclusions, HealthSettings.DEFAULTS);
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                () -> ThreadLocalRandom.current().nextLong(),
                clock,
                (project, model) -> Limits.NONE.withRequestsPerMinute(100_000),
                new AliasLedgers(),
                new QuotaSharing(store, project -> project, model -> model, (name, model) -> {}));
        PoolContext context = new PoolContext(
                selection,
                new Health(exclusions, clock, ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                HealthSettings.DEFAULTS,
                new io.github.geminipool.event.PoolListener() {},
                clock,
                timer,
                new RecentDecisions(0));
        return new ModelPool("model", 0, 10, 0, true, context, this::lookAgain);
    }

    private void lookAgain() {
        pool.lookAgain();
    }

    @AfterEach
    void close() {
        timer.close();
    }

    private Lease lease(LeaseRequest request) throws InterruptedException {
        pool.request(request);
        request.await(clock);
        return PoolFixture.leaseOf(request);
    }

    @Test
    void isNeverTheCallers() throws InterruptedException {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            leases.add(lease(new LeaseRequest(KeyFilter.ANY, clock.after(LONG), false, null)));
        }
        leases.forEach(Lease::unused);
        for (int i = 0; i < 100; i++) {
            lease(request()).complete(Outcome.SUCCESS);
        }
        LeaseRequest cancelled = new LeaseRequest(KeyFilter.ANY, clock.after(LONG), false, null);
        pool.request(cancelled);
        pool.cancel(cancelled);

        assertThat(orders).hasSizeGreaterThanOrEqualTo(20);
        assertThat(threads).doesNotContain(Thread.currentThread());
    }

    private CallerLeaseRequest request() {
        return new CallerLeaseRequest(
                callers.of("one"),
                false,
                true,
                true,
                KeyFilter.ANY,
                Demand.REQUEST,
                Use.PLAIN,
                clock.after(LONG),
                false,
                false,
                false,
                null,
                null);
    }

    @Test
    void cancelledWhileItIsAskedNoRequestKeepsASlotOfItsCaller() throws InterruptedException {
        int granted = 0;
        for (int i = 0; i < 500; i++) {
            LeaseRequest request = request();
            Thread canceller = new Thread(() -> pool.cancel(request));
            canceller.start();
            pool.request(request);
            canceller.join();
            Lease lease = request.lease();
            if (lease != null) {
                granted++;
                lease.complete(Outcome.SUCCESS);
            }
        }
        long expected = granted;
        Eventually.await("all other slots have come back", () -> {
            callers.close();
            return used() == expected;
        });
    }

    /** Returns how much of the caller's limit is used, by the books. */
    private long used() {
        SlotOrder ofCaller = orders.stream()
                .filter(order -> order.bucket().isOfCaller())
                .findFirst()
                .orElseThrow();
        SlotOrder question = new SlotOrder(
                ofCaller.bucket(), ofCaller.limits(), ofCaller.dayEnds(), null, List.of(), 0, Duration.ZERO, List.of());
        return memory.reserve(question)
                .toCompletableFuture()
                .join()
                .requestsPerMinute()
                .used();
    }
}

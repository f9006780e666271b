package io.github.geminipool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds the pools of a test and proves after it that the invariants of DESIGN §7 hold: no lease, waiter, thread,
 * connection or timed task is left, each started attempt ended once, the pool counted what the simulator saw key by key,
 * no listener was told under a lock, no thread died of an exception, and no secret was shown anywhere.
 */
public final class PoolInvariants extends InvariantsBase {

    private final List<GeminiSimulator> simulators = new CopyOnWriteArrayList<>();
    private final List<Watched> pools = new CopyOnWriteArrayList<>();

    /** A simulator; it is closed after the test's pools. */
    public GeminiSimulator simulator(Consumer<GeminiSimulatorBuilder> customizer) {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder();
        customizer.accept(builder);
        GeminiSimulator simulator = builder.start();
        simulators.add(simulator);
        return simulator;
    }

    /** A pool over a simulator; it is closed after the test. */
    public GeminiPool pool(GeminiSimulator simulator, Consumer<GeminiPoolBuilder> customizer) {
        GeminiPoolBuilder builder = GeminiPool.builder();
        builder.settings(builder.settings().withBaseUrl(URI.create(simulator.baseUrl())));
        Watched watched = new Watched(simulator);
        builder.listener(watched);
        customizer.accept(builder);
        for (int i = 0; i < PoolProbe.keys(builder).size(); i++) {
            ApiKey key = PoolProbe.keys(builder).get(i);
            watched.secrets.put(
                    key.name() == null ? "Key #" + (i + 1) : key.name(),
                    key.secret().value());
            secret(key.secret().value());
        }
        saw(builder);
        GeminiPool pool = builder.build();
        watched.pool = pool;
        pools.add(watched);
        return pool;
    }

    /** A key that a pool gets while it runs. */
    public void know(String name, String secret) {
        for (Watched watched : pools) {
            watched.secrets.putIfAbsent(name, secret);
            watched.later.add(secret);
        }
        secret(secret);
    }

    /**
     * Requests that were cancelled, or whose connection was reset, while they were sent may not have been received: the pool
     * can't tell, and counts them as sent.
     */
    public void requestsMayBeLost() {
        pools.forEach(watched -> watched.mayBeLost = true);
    }

    /** The listener that watches the pools; for the test of this class. */
    PoolListener listenerOf(GeminiPool pool) {
        return pools.stream()
                .filter(watched -> watched.pool == pool)
                .findFirst()
                .orElseThrow();
    }

    @Override
    protected void checkAll() {
        pools.forEach(this::check);
        pools.clear();
        for (GeminiSimulator simulator : simulators) {
            if (!eventually(() -> simulator.openConnections() == 0)) {
                breach("connections to the simulator are left: " + simulator.openConnections());
            }
            simulator.close();
        }
        simulators.clear();
    }

    private void check(Watched watched) {
        GeminiPool pool = Objects.requireNonNull(watched.pool);
        boolean idle =
                eventually(() -> pool.stats().active() == 0 && pool.stats().waiting() == 0);
        if (!idle) {
            breach("leases or waiters are left: " + pool.stats().active() + " active, "
                    + pool.stats().waiting() + " waiting");
        }
        if (!eventually(() -> PoolProbe.activeCalls(pool) == 0)) {
            breach(PoolProbe.activeCalls(pool) + " calls have not ended");
        }
        if (idle) {
            watched.checkCounts();
        }
        saw(pool);
        saw(pool.stats());
        saw(pool.keyStats());
        pool.close(idle ? Duration.ofSeconds(5) : Duration.ZERO);
        if (PoolProbe.pendingTasks(pool) > 0) {
            breach(PoolProbe.pendingTasks(pool) + " timed tasks are left");
        }
        if (!eventually(() -> pool.httpClient().connectionPool().connectionCount() == 0)) {
            breach("connections are left: " + pool.httpClient().connectionPool().connectionCount());
        }
    }

    private final class Watched implements PoolListener {

        private final GeminiSimulator simulator;
        private final Map<String, String> secrets = new ConcurrentHashMap<>();

        /** Of those that came later: a name may have had several secrets, and a secret several names. */
        private final Set<String> later = ConcurrentHashMap.newKeySet();

        private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();
        private final Map<String, Long> before;
        private final LongAdder started = new LongAdder();
        private final LongAdder ended = new LongAdder();
        private final LongAdder unanswered = new LongAdder();
        private volatile boolean mayBeLost;
        private volatile @Nullable GeminiPool pool;

        Watched(GeminiSimulator simulator) {
            this.simulator = simulator;
            this.before = Map.copyOf(simulator.requestsByKey());
        }

        private void told(Object event) {
            saw(event);
            GeminiPool built = pool;
            if (built != null && PoolProbe.isLockHeld(built)) {
                breach("a listener was told under a lock: " + event.getClass().getSimpleName());
            }
        }

        private void checkTotals() {
            Set<String> all = new HashSet<>(secrets.values());
            all.addAll(later);
            long seen = all.stream()
                    .mapToLong(secret ->
                            simulator.requestsByKey().getOrDefault(secret, 0L) - before.getOrDefault(secret, 0L))
                    .sum();
            long counted = sent.values().stream().mapToLong(LongAdder::sum).sum();
            if (counted < seen || counted > seen + (mayBeLost ? unanswered.sum() : 0)) {
                breach("the pool counted " + counted + " requests, the simulator saw " + seen);
            }
        }

        @Override
        public void instanceRotated(InstanceRotated event) {
            told(event);
        }

        @Override
        public void keyChanged(KeyChanged event) {
            told(event);
        }

        @Override
        public void attemptStarted(AttemptStarted event) {
            told(event);
            started.increment();
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            told(event);
            ended.increment();
            if (event.sent()) {
                sent.computeIfAbsent(event.key(), key -> new LongAdder()).increment();
                if (hadNoAnswer(event)) {
                    unanswered.increment();
                }
            }
        }

        @Override
        public void callEnded(CallEnded event) {
            told(event);
        }

        @Override
        public void modelFellBack(ModelFellBack event) {
            told(event);
        }

        @Override
        public void scopeExcluded(ScopeExcluded event) {
            told(event);
        }

        @Override
        public void keyLeaked(KeyLeaked event) {
            told(event);
        }

        void checkCounts() {
            // The last attempt's end is told after its instance is back.
            if (!eventually(() -> started.sum() == ended.sum())) {
                breach("attempts started: " + started.sum() + ", ended: " + ended.sum());
            }
            Map<String, Long> counted = new TreeMap<>();
            Map<String, Long> seen = new TreeMap<>();
            secrets.forEach((name, secret) -> {
                counted.put(name, sent.containsKey(name) ? sent.get(name).sum() : 0L);
                seen.put(name, simulator.requestsByKey().getOrDefault(secret, 0L) - before.getOrDefault(secret, 0L));
            });
            if (!later.isEmpty()) {
                checkTotals();
                return;
            }
            if (!counted.equals(seen)) {
                breach("the pool counted " + counted + ", the simulator saw " + seen);
            }
        }
    }

    /** Whether its request may not have been received whole. */
    public static boolean hadNoAnswer(AttemptEnded event) {
        return event.failure() != null
                && (event.failure().kind() == FailureKind.CANCELLED
                        || event.failure().kind() == FailureKind.NETWORK);
    }

    /** The names and secrets of keys that no test text contains by chance. */
    public static String secretOf(String name) {
        assertThat(name).hasSizeLessThan(20);
        return "AIzaTest-" + name + "-" + Integer.toHexString(name.hashCode() * 31 + 7) + "-qZ7wX3";
    }
}

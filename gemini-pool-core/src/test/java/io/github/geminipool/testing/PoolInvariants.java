package io.github.geminipool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
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
 * Builds the pools of a test and checks the invariants of DESIGN §7 after it: no lease, waiting request, thread, connection
 * or timed task is left, every attempt that started has ended, the pool counted the requests of each key that the simulator
 * received, no scope was restored without having been excluded, no listener was called under a lock, no thread died of an
 * exception, and no text shows a secret.
 */
public final class PoolInvariants extends InvariantsBase {

    private final List<GeminiSimulator> simulators = new CopyOnWriteArrayList<>();
    private final List<Watched> pools = new CopyOnWriteArrayList<>();

    /** Starts a simulator, which is closed after the test's pools. */
    public GeminiSimulator simulator(Consumer<GeminiSimulatorBuilder> customizer) {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder();
        customizer.accept(builder);
        GeminiSimulator simulator = builder.start();
        simulators.add(simulator);
        return simulator;
    }

    /** Builds a pool that calls a simulator; it is closed after the test. */
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

    /** Adds a key that a pool is given at runtime. */
    public void know(String name, String secret) {
        for (Watched watched : pools) {
            watched.secrets.putIfAbsent(name, secret);
            watched.later.add(secret);
        }
        secret(secret);
    }

    /**
     * Allows for requests that the simulator did not receive because they were cancelled or their connection was reset while
     * they were being sent. The pool cannot tell, and counts them as sent.
     */
    public void requestsMayBeLost() {
        pools.forEach(watched -> watched.mayBeLost = true);
    }

    /** Returns the listener that watches a pool; for the test of this class. */
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
            breach("leases or waiting requests are left: " + pool.stats().active() + " active, "
                    + pool.stats().waiting() + " waiting");
        }
        if (!eventually(() -> PoolProbe.activeCalls(pool) == 0)) {
            breach(PoolProbe.activeCalls(pool) + " calls have not ended");
        }
        if (idle) {
            watched.checkCounts();
            watched.checkRestorations();
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

    private final class Watched implements EveryEvent {

        private final GeminiSimulator simulator;
        private final Map<String, String> secrets = new ConcurrentHashMap<>();

        /** The secrets of keys added at runtime: a name may have had several secrets, and a secret several names. */
        private final Set<String> later = ConcurrentHashMap.newKeySet();

        private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();
        private final Map<Scope, LongAdder> excluded = new ConcurrentHashMap<>();
        private final Map<Scope, LongAdder> restored = new ConcurrentHashMap<>();
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
        public void told(Record event) {
            saw(event);
            GeminiPool built = pool;
            if (built != null && PoolProbe.isLockHeld(built)) {
                breach("a listener was called under a lock: " + event.getClass().getSimpleName());
            }
            if (event instanceof AttemptStarted) {
                started.increment();
            } else if (event instanceof AttemptEnded attempt) {
                count(attempt);
            } else if (event instanceof ScopeExcluded exclusion) {
                increment(excluded, exclusion.scope());
            } else if (event instanceof ScopeRestored restoration) {
                increment(restored, restoration.scope());
            }
        }

        private void count(AttemptEnded attempt) {
            ended.increment();
            if (attempt.sent()) {
                increment(sent, attempt.key());
                if (hadNoAnswer(attempt)) {
                    unanswered.increment();
                }
            }
        }

        /** Compares totals, because another thread may report a restoration before its exclusion is reported. */
        void checkRestorations() {
            restored.forEach((scope, times) -> {
                long before = excluded.containsKey(scope) ? excluded.get(scope).sum() : 0;
                if (times.sum() > before) {
                    breach(scope + " was restored " + times + " times, but excluded " + before + " times");
                }
            });
        }

        void checkCounts() {
            // The end of the last attempt is reported after its instance has been released.
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

    private static <K> void increment(Map<K, LongAdder> counters, K key) {
        counters.computeIfAbsent(key, any -> new LongAdder()).increment();
    }

    /** Returns whether the attempt ended before a response, so that its request may not have been received whole. */
    public static boolean hadNoAnswer(AttemptEnded event) {
        return event.failure() != null
                && (event.failure().kind() == FailureKind.CANCELLED
                        || event.failure().kind() == FailureKind.NETWORK);
    }

    /** Returns a secret for a key of this name that no text of a test contains by chance. */
    public static String secretOf(String name) {
        assertThat(name).hasSizeLessThan(20);
        return "AIzaTest-" + name + "-" + Integer.toHexString(name.hashCode() * 31 + 7) + "-qZ7wX3";
    }
}

package io.github.geminipool.internal.assembly;

import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.books.LimitSharing;
import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.connection.Tls;
import io.github.geminipool.internal.event.AttemptLog;
import io.github.geminipool.internal.event.ExclusionLog;
import io.github.geminipool.internal.event.FallbackLog;
import io.github.geminipool.internal.event.ForeignUseLog;
import io.github.geminipool.internal.event.GuardedCallers;
import io.github.geminipool.internal.event.GuardedTracer;
import io.github.geminipool.internal.event.KeyLog;
import io.github.geminipool.internal.event.LeakAlarm;
import io.github.geminipool.internal.event.Listeners;
import io.github.geminipool.internal.event.OutageLog;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.Repair;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.internal.keys.LiveKeys;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.report.KeyOutlook;
import io.github.geminipool.internal.report.ModelWatch;
import io.github.geminipool.internal.report.StatsReport;
import io.github.geminipool.internal.retry.LoopRunner;
import io.github.geminipool.internal.shared.LocalPool;
import io.github.geminipool.internal.shared.Owners;
import io.github.geminipool.internal.shared.SharedFacts;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.stats.KeyTimes;
import io.github.geminipool.internal.stats.LastHour;
import io.github.geminipool.internal.stats.ModelUse;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Timer;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Wires the parts of a pool together, and ends them together. */
public final class PoolAssembly {

    public final GeminiPoolSettings settings;
    public final PoolClock clock;
    public final ModelPools pools;
    public final LastHour history;
    public final RecentDecisions decisions;
    public final StatsReport report;
    public final PooledHttpClient http;
    public final LiveKeys keys;
    public final Client client;

    /** Null if the pool shares nothing with other replicas. */
    public final @Nullable SharedFacts shared;

    private final Timer timer;
    private final Listeners listeners;
    private final Collector collector = new Collector();
    private final Callers callers;
    private final KeyOutlook outlook;
    private final ModelWatch watch;
    private final OutageLog outages;
    private final Repair repair;
    private final AtomicBoolean closing = new AtomicBoolean();

    public PoolAssembly(PoolInputs inputs) {
        FailureClasses.initialize();
        this.settings = inputs.settings;
        this.clock = new PoolClock(inputs.timeSource);
        this.history = new LastHour(clock);
        this.timer = new Timer(clock);
        this.decisions = new RecentDecisions(settings.recentDecisions());
        Exclusions exclusions = new Exclusions();
        List<ApiKey> read = inputs.keySource == null ? List.of() : List.copyOf(inputs.keySource.get());
        List<ApiKey> all = new ArrayList<>(inputs.keys);
        all.addAll(read);
        KeyRing ring = new KeyRing(all, inputs.projects, exclusions, settings.health());
        KeyTimes times = new KeyTimes(clock::now);
        this.repair = new Repair(ring, clock, timer, this::probe);
        Duration checkInterval = settings.rotation().checkInterval();
        Health health = new Health(exclusions, clock, ring, settings.health(), checkInterval);
        SharedStore store = inputs.sharedStore;
        this.callers = new Callers(
                inputs.callers.values(), clock, store == null ? null : new LimitSharing(store, clock, timer));
        this.shared = store == null ? null : new SharedFacts(store, ring, health, clock, timer, new LocalReplica());
        ModelUse use = new ModelUse(clock::nanos);
        this.watch = new ModelWatch(this::outlook, clock, timer);
        this.outages = new OutageLog(clock, timer);
        this.listeners = listeners(inputs.listeners, ring, times, use);
        this.pools = new ModelPools(
                new PoolContext(
                        selection(inputs, ring, exclusions),
                        health,
                        settings.health(),
                        listeners,
                        clock,
                        timer,
                        decisions),
                settings::sizeOf,
                checkInterval);
        this.outlook = new KeyOutlook(pools, ring, exclusions, use, clock);
        this.report = new StatsReport(pools, ring, outlook, collector, times, callers, clock);
        this.http = http(inputs, ring, listeners);
        this.keys = new LiveKeys(ring, pools, http, listeners, collector, inputs.keySource, read, shared);
        this.client = clientOver(http.client());
        if (shared != null) {
            shared.begin();
        }
    }

    private KeyOutlook outlook() {
        return outlook;
    }

    private static List<String> keysOf(KeyRing ring, Scope scope) {
        return ring.keys().stream()
                .filter(key -> scope.equals(new Scope.Project(key.project().name()))
                        || scope.equals(new Scope.BillingAccount(key.project().billingAccount())))
                .map(KeyHealth::name)
                .toList();
    }

    private Listeners listeners(List<PoolListener> given, KeyRing ring, KeyTimes times, ModelUse use) {
        List<PoolListener> all = new ArrayList<>();
        all.add(collector);
        all.add(history);
        all.add(times);
        all.add(use);
        all.add(repair);
        if (shared != null) {
            all.add(shared);
        }
        all.add(new ExclusionLog(clock, scope -> keysOf(ring, scope)));
        all.add(outages);
        all.add(watch);
        all.add(new AttemptLog());
        all.add(new KeyLog());
        all.add(new FallbackLog());
        all.add(new ForeignUseLog(clock::nanos));
        all.addAll(given);
        all.add(new LeakAlarm(new Listeners(given)));
        return new Listeners(all);
    }

    private KeySelection selection(PoolInputs inputs, KeyRing ring, Exclusions exclusions) {
        SelectionStrategy strategy = inputs.selectionStrategy;
        return new KeySelection(
                ring,
                exclusions,
                strategy == null ? SelectionStrategy.of(settings.selection()) : strategy,
                inputs.random,
                clock,
                settings::limitsOf,
                new AliasLedgers(),
                sharing(inputs.sharedStore));
    }

    private @Nullable QuotaSharing sharing(@Nullable SharedStore store) {
        SharedFacts facts = shared;
        return store == null || facts == null
                ? null
                : new QuotaSharing(store, facts::nameOfProject, facts::modelBehind, facts::aliasLearned);
    }

    private PooledHttpClient http(PoolInputs inputs, KeyRing ring, Listeners listeners) {
        AttemptRunner runner = inputs.attemptRunner;
        return new PooledHttpClient(new PooledHttpClient.Parts(
                settings,
                pools,
                runner == null ? new LoopRunner() : runner,
                inputs.random,
                listeners,
                clock,
                timer,
                ring.keys().stream().map(key -> key.key().secret()).toList(),
                inputs.callTracer == null ? null : new GuardedTracer(inputs.callTracer),
                inputs.callerResolver == null ? null : new GuardedCallers(inputs.callerResolver),
                inputs.virtualThreads,
                inputs.sslSocketFactory == null || inputs.trustManager == null
                        ? null
                        : new Tls(inputs.sslSocketFactory, inputs.trustManager),
                shared == null ? Owners.UNSHARED : shared.owners(),
                callers));
    }

    /** Returns a client of Google's SDK that calls through an HTTP client of the pool. */
    public Client clientOver(OkHttpClient httpClient) {
        return Client.builder()
                // The SDK insists on a key; each attempt replaces it by its own.
                .apiKey("set-by-gemini-pool")
                // GOOGLE_GENAI_USE_VERTEXAI in the environment would point the client at another service.
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(settings.http().baseUrl().toString())
                        // Without it, GOOGLE_GENAI_API_VERSION or the SDK's own default would apply.
                        .apiVersion(settings.http().apiVersion())
                        .build())
                .clientOptions(
                        ClientOptions.builder().customHttpClient(httpClient).build())
                .build();
    }

    /** Resets what is counted for the statistics. */
    public void resetStats() {
        collector.reset();
        history.reset();
        callers.resetStats();
    }

    /** Closes all parts; returns when no call runs any more, or at once if this has been called before. */
    public void close(Duration gracePeriod) {
        if (!closing.compareAndSet(false, true)) {
            // Who was first still needs the timer.
            return;
        }
        try {
            repair.close();
            if (shared != null) {
                shared.close();
            }
        } finally {
            closeCalls(gracePeriod);
        }
    }

    private void closeCalls(Duration gracePeriod) {
        try {
            http.close(gracePeriod);
            callers.close();
        } finally {
            timer.close();
        }
    }

    /** Returns the sizes of all tables that grow with use, by name; for tests. */
    public Map<String, Integer> tableSizes() {
        return Map.of(
                "models", pools.all().size(),
                "exclusions", pools.knownScopes(),
                "repairs", repair.pending(),
                "owners", http.knownOwners(),
                "continuations", http.knownContinuations(),
                "answers", http.watchedAnswers(),
                "calls", http.activeCalls(),
                "tasks", timer.pending());
    }

    /** Returns whether all timed tasks that are due have run; for tests. */
    public boolean isUpToDate() {
        return timer.isUpToDate() && http.probesUnderWay() == 0;
    }

    /** Returns the number of pending timed tasks of calls, without those of the pool itself; for tests. */
    public int pendingTasks() {
        int all = timer.pending();
        int ofOthers = repair.pending() + watch.pending() + outages.pending();
        return all == 0 ? 0 : all - ofOthers - (pools.isCheckPending() ? 1 : 0);
    }

    private boolean probe(KeyHealth key) {
        Lease lease = pools.probe(key);
        if (lease == null) {
            return false;
        }
        http.probe(lease);
        return true;
    }

    /** This replica, as the target of changes by other replicas. */
    private final class LocalReplica implements LocalPool {

        @Override
        public void excluded(ScopeExcluded event) {
            listeners.scopeExcluded(event);
        }

        @Override
        public void restored(ScopeRestored event) {
            listeners.scopeRestored(event);
        }

        @Override
        public PoolStats stats() {
            return report.pool();
        }

        @Override
        public KeyStats keyStats() {
            return report.keyStats();
        }

        @Override
        public void booksLost(QuotaBucket bucket) {
            pools.booksLost(bucket);
            callers.booksLost(bucket);
        }

        @Override
        public void verifyBooks() {
            pools.verifyBooks();
            callers.verifyBooks();
        }

        @Override
        public void lookAgain() {
            pools.lookAgain();
        }

        @Override
        public void heed(Scope.ProjectModel scope) {
            pools.heed(scope);
        }

        @Override
        public void disable(String key, String reason) {
            keys.disable(key, "disabled " + reason);
        }

        @Override
        public void enable(String key, String reason) {
            keys.enable(key, reason);
        }

        @Override
        public void reset(@Nullable String model) {
            if (model == null) {
                pools.reset();
            } else {
                pools.reset(model);
            }
        }

        @Override
        public void aliasChanged(String name) {
            pools.keysChanged(name);
        }

        @Override
        public void adoptOwner(String resource, @Nullable String project) {
            http.adoptOwner(resource, project);
        }
    }
}

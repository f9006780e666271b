package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.QuotaUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one registry. Gauges query the pool when they are read. Thread-safe. */
final class RegistryMeters {

    /** Maximum number of models, and of keys, with a tag value of their own: callers may pass arbitrary model names. */
    private static final int MAX_TAG_VALUES = 100;

    private static final String OTHER = "other";

    /** The kinds of failures that keep keys from being used for more than a minute. */
    private static final List<FailureKind> KINDS_OF_EXCLUSIONS = List.of(
            FailureKind.KEY_REJECTED,
            FailureKind.PROJECT_REJECTED,
            FailureKind.BILLING,
            FailureKind.DAILY_QUOTA_EXHAUSTED,
            FailureKind.NOT_ENTITLED,
            FailureKind.EGRESS_BLOCKED,
            FailureKind.OVERLOADED,
            FailureKind.SERVER_ERROR,
            FailureKind.NETWORK);

    private record Call(String model, CallEnded.Outcome outcome) {}

    /** The service tiers with a tag value of their own. */
    private static final Set<String> TIERS = Set.of("standard", "flex", "priority");

    private record Tokens(PoolMeter meter, String tag, String name, String type) {}

    private record Attempt(String model, String outcome, String tier) {}

    private record KeyAttempt(String key, String model, String outcome) {}

    private final MeterRegistry registry;
    private final GeminiPool pool;
    private final Set<String> models = ConcurrentHashMap.newKeySet();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final Map<Call, Timer> calls = new ConcurrentHashMap<>();
    private final Map<Attempt, Timer> attempts = new ConcurrentHashMap<>();
    private final Map<KeyAttempt, Counter> keyAttempts = new ConcurrentHashMap<>();
    private final Map<Tokens, Counter> tokens = new ConcurrentHashMap<>();
    private final Map<String, Timer> waits = new ConcurrentHashMap<>();
    private final Map<Tags, Counter> rotations = new ConcurrentHashMap<>();
    private final Map<Tags, Counter> exclusions = new ConcurrentHashMap<>();
    private final MultiGauge instances;
    private final MultiGauge pending;
    private final MultiGauge keysByState;
    private final MultiGauge modelKeys;
    private final MultiGauge keysOut;
    private final MultiGauge keyRejected;
    private final MultiGauge keyHealth;
    private final MultiGauge keyCooldown;
    private final MultiGauge quotaLimit;
    private final MultiGauge quotaUsed;
    private final MultiGauge quotaForeign;

    /** The refreshes that were asked for since the one that runs began; 0 if none runs. */
    private final AtomicInteger refreshes = new AtomicInteger();

    RegistryMeters(MeterRegistry registry, GeminiPool pool) {
        this.registry = registry;
        this.pool = pool;
        this.instances = gauge(PoolMeter.INSTANCES, "instances");
        this.pending = gauge(PoolMeter.PENDING, "calls");
        this.keysByState = gauge(PoolMeter.KEYS, "keys");
        this.modelKeys = gauge(PoolMeter.MODEL_KEYS_USABLE, null);
        this.keysOut = gauge(PoolMeter.KEYS_OUT, null);
        this.keyRejected = gauge(PoolMeter.KEY_REJECTED, null);
        Gauge.builder(
                        PoolMeter.KEYS_USABLE.meterName(),
                        pool,
                        of -> of.keyStats().usable())
                .description(PoolMeter.KEYS_USABLE.description())
                .register(registry);
        this.keyHealth = gauge(PoolMeter.KEY_HEALTH, null);
        this.keyCooldown = gauge(PoolMeter.KEY_COOLDOWN, "seconds");
        this.quotaLimit = gauge(PoolMeter.QUOTA_LIMIT, null);
        this.quotaUsed = gauge(PoolMeter.QUOTA_USED, null);
        this.quotaForeign = gauge(PoolMeter.QUOTA_FOREIGN, null);
    }

    private MultiGauge gauge(PoolMeter meter, @Nullable String unit) {
        return MultiGauge.builder(meter.meterName())
                .description(meter.description())
                .baseUnit(unit)
                .register(registry);
    }

    private static String bounded(String name, Set<String> known) {
        if (known.contains(name)) {
            return name;
        }
        if (known.size() >= MAX_TAG_VALUES) {
            return OTHER;
        }
        known.add(name);
        return name;
    }

    /** Adds the gauges of a model when it is first called. */
    void modelCalled(String model) {
        if (!models.contains(model) && models.size() < MAX_TAG_VALUES && models.add(model)) {
            refresh();
        }
    }

    void callEnded(CallEnded event) {
        String model = bounded(event.model(), models);
        calls.computeIfAbsent(
                        new Call(model, event.outcome()),
                        id -> timer(PoolMeter.CALLS, Tags.of("model", id.model(), "outcome", text(id.outcome()))))
                .record(event.elapsed());
        waits.computeIfAbsent(model, id -> timer(PoolMeter.ACQUIRE, Tags.of("model", id)))
                .record(event.waited());
    }

    void attemptEnded(AttemptEnded event) {
        Failure failure = event.failure();
        ResponseFacts response = event.response();
        String outcome = failure == null ? "success" : text(failure.kind());
        String model = bounded(event.model(), models);
        String key = bounded(event.key(), keys);
        attempts.computeIfAbsent(
                        new Attempt(model, outcome, tier(response)),
                        id -> timer(
                                PoolMeter.ATTEMPTS,
                                Tags.of("model", id.model(), "outcome", id.outcome(), "service.tier", id.tier())))
                .record(event.elapsed());
        keyAttempts
                .computeIfAbsent(
                        new KeyAttempt(key, model, outcome),
                        id -> Counter.builder(PoolMeter.KEY_ATTEMPTS.meterName())
                                .description(PoolMeter.KEY_ATTEMPTS.description())
                                .tags("key", id.key(), "model", id.model(), "outcome", id.outcome())
                                .register(registry))
                .increment();
        if (response != null && response.tokens() != null) {
            count(model, key, response.tokens());
        }
    }

    private static String tier(@Nullable ResponseFacts response) {
        String tier = response == null ? null : response.serviceTier();
        return tier == null ? "none" : TIERS.contains(tier) ? tier : OTHER;
    }

    private void count(String model, String key, TokenUsage used) {
        count(model, key, "input", used.input());
        count(model, key, "cached", used.cachedInput());
        count(model, key, "output", used.output());
        count(model, key, "thoughts", used.thoughts());
    }

    private void count(String model, String key, String type, long used) {
        count(new Tokens(PoolMeter.TOKENS, "model", model, type), used);
        count(new Tokens(PoolMeter.KEY_TOKENS, "key", key, type), used);
    }

    private void count(Tokens kind, long used) {
        if (used > 0) {
            tokens.computeIfAbsent(
                            kind,
                            id -> Counter.builder(id.meter().meterName())
                                    .description(id.meter().description())
                                    .baseUnit("tokens")
                                    .tags(id.tag(), id.name(), "type", id.type())
                                    .register(registry))
                    .increment((double) used);
        }
    }

    private Timer timer(PoolMeter meter, Tags tags) {
        return Timer.builder(meter.meterName())
                .description(meter.description())
                .tags(tags)
                .register(registry);
    }

    void scopeExcluded(ScopeExcluded event) {
        count(
                exclusions,
                PoolMeter.EXCLUSIONS,
                Tags.of(
                        "scope",
                        event.scope().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                        "kind",
                        text(event.failure().kind())));
        FailureKind kind = event.failure().kind();
        if (kind == FailureKind.RATE_LIMITED || kind == FailureKind.DAILY_QUOTA_EXHAUSTED) {
            // The pool may have learned a limit.
            refresh();
        }
    }

    void instanceRotated(InstanceRotated event) {
        count(rotations, PoolMeter.ROTATIONS, Tags.of("model", bounded(event.model(), models)));
    }

    private void count(Map<Tags, Counter> counters, PoolMeter meter, Tags tags) {
        counters.computeIfAbsent(
                        tags,
                        id -> Counter.builder(meter.meterName())
                                .description(meter.description())
                                .tags(id)
                                .register(registry))
                .increment();
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Registers gauges for the current models, keys and limits. Concurrent refreshes become one, since they would collide. */
    void refresh() {
        if (refreshes.getAndIncrement() > 0) {
            return;
        }
        boolean done = false;
        try {
            int asked;
            do {
                asked = refreshes.get();
                register();
            } while (!refreshes.compareAndSet(asked, 0));
            done = true;
        } finally {
            if (!done) {
                refreshes.set(0);
            }
        }
    }

    private void register() {
        List<MultiGauge.Row<?>> instanceRows = new ArrayList<>();
        List<MultiGauge.Row<?>> pendingRows = new ArrayList<>();
        List<MultiGauge.Row<?>> usableRows = new ArrayList<>();
        List<MultiGauge.Row<?>> limitRows = new ArrayList<>();
        List<MultiGauge.Row<?>> usedRows = new ArrayList<>();
        List<MultiGauge.Row<?>> foreignRows = new ArrayList<>();
        for (ModelStats model : pool.stats().models()) {
            if (!bounded(model.model(), models).equals(model.model())) {
                continue;
            }
            Tags tags = Tags.of("model", model.model());
            instanceRows.add(row(tags.and("state", "active"), model.model(), RegistryMeters::active));
            instanceRows.add(row(tags.and("state", "idle"), model.model(), stats -> idle(stats, true)));
            instanceRows.add(row(tags.and("state", "unusable"), model.model(), stats -> idle(stats, false)));
            pendingRows.add(row(tags, model.model(), ModelStats::waiting));
            usableRows.add(MultiGauge.Row.of(tags, pool, of -> usable(of, model.model())));
            for (QuotaUsage quota : model.quotas()) {
                Tags quotaTags = tags.and("project", quota.project(), "type", text(quota.unit()));
                limitRows.add(row(quotaTags, model.model(), stats -> quota(stats, quota, QuotaUsage::limit)));
                usedRows.add(row(quotaTags, model.model(), stats -> quota(stats, quota, QuotaUsage::used)));
                foreignRows.add(row(quotaTags, model.model(), stats -> quota(stats, quota, QuotaUsage::foreign)));
            }
        }
        instances.register(instanceRows);
        pending.register(pendingRows);
        modelKeys.register(usableRows);
        quotaLimit.register(limitRows);
        quotaUsed.register(usedRows);
        quotaForeign.register(foreignRows);
        refreshKeys();
    }

    private void refreshKeys() {
        List<MultiGauge.Row<?>> byState = new ArrayList<>();
        for (KeyUsage.State state : KeyUsage.State.values()) {
            byState.add(MultiGauge.Row.of(Tags.of("state", text(state)), pool, of -> count(of, state)));
        }
        List<MultiGauge.Row<?>> out = new ArrayList<>();
        for (FailureKind kind : KINDS_OF_EXCLUSIONS) {
            out.add(MultiGauge.Row.of(Tags.of("kind", text(kind)), pool, of -> out(of, kind)));
        }
        out.add(MultiGauge.Row.of(Tags.of("kind", "disabled"), pool, of -> out(of, null)));
        List<MultiGauge.Row<?>> rejected = new ArrayList<>();
        List<MultiGauge.Row<?>> health = new ArrayList<>();
        List<MultiGauge.Row<?>> cooldown = new ArrayList<>();
        List<KeyUsage> current = pool.keyStats().keys();
        keys.retainAll(current.stream().map(KeyUsage::key).toList());
        for (KeyUsage key : current) {
            if (bounded(key.key(), keys).equals(key.key())) {
                Tags tags = Tags.of("key", key.key());
                rejected.add(keyRow(tags, key.key(), RegistryMeters::rejected));
                health.add(keyRow(tags, key.key(), RegistryMeters::health));
                cooldown.add(keyRow(tags, key.key(), RegistryMeters::cooldown));
            }
        }
        keysByState.register(byState);
        keysOut.register(out);
        keyRejected.register(rejected);
        keyHealth.register(health);
        keyCooldown.register(cooldown);
    }

    private MultiGauge.Row<?> row(Tags tags, String model, ToDoubleFunction<ModelStats> value) {
        return MultiGauge.Row.of(
                tags, pool, of -> of.stats(model).map(value::applyAsDouble).orElse(Double.NaN));
    }

    private MultiGauge.Row<?> keyRow(Tags tags, String key, ToDoubleFunction<KeyUsage> value) {
        return MultiGauge.Row.of(
                tags,
                pool,
                of -> of.keyStats().keys().stream()
                        .filter(usage -> usage.key().equals(key))
                        .mapToDouble(value)
                        .findFirst()
                        .orElse(Double.NaN));
    }

    private static double active(ModelStats model) {
        return model.active();
    }

    private static double idle(ModelStats model, boolean usable) {
        return model.instances().stream()
                .filter(instance -> !instance.active())
                .filter(instance -> instance.usable() == usable)
                .count();
    }

    private static double quota(ModelStats model, QuotaUsage quota, Function<QuotaUsage, Long> value) {
        return model.quotas().stream()
                .filter(now -> now.project().equals(quota.project()) && now.unit() == quota.unit())
                .mapToDouble(now -> value.apply(now))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double count(GeminiPool pool, KeyUsage.State state) {
        return pool.keyStats().keys().stream()
                .filter(key -> key.state() == state)
                .count();
    }

    /** Returns NaN for a model that is not in use, so that no alert fires for it. */
    private static double usable(GeminiPool pool, String model) {
        return pool.keyStats().models().stream()
                .filter(outlook -> outlook.model().equals(model))
                .mapToDouble(outlook -> outlook.inUse() ? outlook.usableKeys() : Double.NaN)
                .findFirst()
                .orElse(pool.keys().names().size());
    }

    private static double out(GeminiPool pool, @Nullable FailureKind kind) {
        return pool.keyStats().keys().stream()
                .filter(key -> !key.usable() && key.kind() == kind)
                .count();
    }

    private static double rejected(KeyUsage key) {
        boolean isRejected = key.kind() == FailureKind.KEY_REJECTED || key.kind() == FailureKind.PROJECT_REJECTED;
        return !key.usable() && isRejected ? 1 : 0;
    }

    private static double health(KeyUsage key) {
        return key.usable() ? 1 - key.errorRate() : 0;
    }

    private static double cooldown(KeyUsage key) {
        if (key.usable()) {
            return 0;
        }
        Instant until = key.excludedUntil();
        if (key.state() == KeyUsage.State.HALF_OPEN) {
            return 0;
        }
        return until == null
                ? Double.POSITIVE_INFINITY
                : Math.max(0, Duration.between(Instant.now(), until).toMillis() / 1000.0);
    }
}

package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.QuotaUsage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The gauges of one pool in one registry. They query the pool when they are read. */
final class PoolGauges {

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

    private final GeminiPool pool;
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

    PoolGauges(MeterRegistry registry, GeminiPool pool, Tags common) {
        this.pool = pool;
        this.instances = gauge(registry, common, PoolMeter.INSTANCES, "instances");
        this.pending = gauge(registry, common, PoolMeter.PENDING, "calls");
        this.keysByState = gauge(registry, common, PoolMeter.KEYS, "keys");
        this.modelKeys = gauge(registry, common, PoolMeter.MODEL_KEYS_USABLE, null);
        this.keysOut = gauge(registry, common, PoolMeter.KEYS_OUT, null);
        this.keyRejected = gauge(registry, common, PoolMeter.KEY_REJECTED, null);
        Gauge.builder(
                        PoolMeter.KEYS_USABLE.meterName(),
                        pool,
                        of -> of.keyStats().usable())
                .description(PoolMeter.KEYS_USABLE.description())
                .tags(common)
                .register(registry);
        this.keyHealth = gauge(registry, common, PoolMeter.KEY_HEALTH, null);
        this.keyCooldown = gauge(registry, common, PoolMeter.KEY_COOLDOWN, "seconds");
        this.quotaLimit = gauge(registry, common, PoolMeter.QUOTA_LIMIT, null);
        this.quotaUsed = gauge(registry, common, PoolMeter.QUOTA_USED, null);
        this.quotaForeign = gauge(registry, common, PoolMeter.QUOTA_FOREIGN, null);
    }

    private static MultiGauge gauge(MeterRegistry registry, Tags common, PoolMeter meter, @Nullable String unit) {
        return MultiGauge.builder(meter.meterName())
                .description(meter.description())
                .baseUnit(unit)
                .tags(common)
                .register(registry);
    }

    /** Registers gauges for the current models, keys and limits. Must not run on two threads at the same time. */
    void register(TagValues models, TagValues keys) {
        List<MultiGauge.Row<?>> instanceRows = new ArrayList<>();
        List<MultiGauge.Row<?>> pendingRows = new ArrayList<>();
        List<MultiGauge.Row<?>> usableRows = new ArrayList<>();
        List<MultiGauge.Row<?>> limitRows = new ArrayList<>();
        List<MultiGauge.Row<?>> usedRows = new ArrayList<>();
        List<MultiGauge.Row<?>> foreignRows = new ArrayList<>();
        for (ModelStats model : pool.stats().models()) {
            if (!models.of(model.model()).equals(model.model())) {
                continue;
            }
            Tags tags = Tags.of("model", model.model());
            instanceRows.add(row(tags.and("state", "active"), model.model(), PoolGauges::active));
            instanceRows.add(row(tags.and("state", "idle"), model.model(), stats -> idle(stats, true)));
            instanceRows.add(row(tags.and("state", "unusable"), model.model(), stats -> idle(stats, false)));
            pendingRows.add(row(tags, model.model(), ModelStats::waiting));
            usableRows.add(MultiGauge.Row.of(tags, pool, of -> usable(of, model.model())));
            for (QuotaUsage quota : model.quotas()) {
                Tags quotaTags = tags.and("project", quota.project(), "type", RegistryMeters.text(quota.unit()));
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
        registerKeys(keys);
    }

    private void registerKeys(TagValues keys) {
        List<MultiGauge.Row<?>> byState = new ArrayList<>();
        for (KeyUsage.State state : KeyUsage.State.values()) {
            byState.add(MultiGauge.Row.of(Tags.of("state", RegistryMeters.text(state)), pool, of -> count(of, state)));
        }
        List<MultiGauge.Row<?>> out = new ArrayList<>();
        for (FailureKind kind : KINDS_OF_EXCLUSIONS) {
            out.add(MultiGauge.Row.of(Tags.of("kind", RegistryMeters.text(kind)), pool, of -> out(of, kind)));
        }
        out.add(MultiGauge.Row.of(Tags.of("kind", "disabled"), pool, of -> out(of, null)));
        List<MultiGauge.Row<?>> rejected = new ArrayList<>();
        List<MultiGauge.Row<?>> health = new ArrayList<>();
        List<MultiGauge.Row<?>> cooldown = new ArrayList<>();
        List<KeyUsage> current = pool.keyStats().keys();
        keys.retain(current.stream().map(KeyUsage::key).toList());
        for (KeyUsage key : current) {
            if (keys.of(key.key()).equals(key.key())) {
                Tags tags = Tags.of("key", key.key());
                rejected.add(keyRow(tags, key.key(), PoolGauges::rejected));
                health.add(keyRow(tags, key.key(), PoolGauges::health));
                cooldown.add(keyRow(tags, key.key(), PoolGauges::cooldown));
            }
        }
        if (rejected.size() < current.size()) {
            rejected.add(MultiGauge.Row.of(Tags.of("key", TagValues.OTHER), pool, of -> othersRejected(of, keys)));
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

    /** Returns 1 if one of the keys that have no series of their own is rejected, so that an alert fires for it. */
    private static double othersRejected(GeminiPool pool, TagValues keys) {
        return pool.keyStats().keys().stream()
                .filter(key -> !keys.has(key.key()))
                .mapToDouble(PoolGauges::rejected)
                .max()
                .orElse(0);
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

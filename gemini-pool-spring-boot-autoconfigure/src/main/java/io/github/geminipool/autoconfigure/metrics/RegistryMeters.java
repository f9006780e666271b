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
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The meters of one registry. Gauges query the pool when they are read. Thread-safe. */
final class RegistryMeters {

    private record Call(String model, CallEnded.Outcome outcome) {}

    /** The service tiers with a tag value of their own. */
    private static final Set<String> TIERS = Set.of("standard", "flex", "priority");

    private record Tokens(PoolMeter meter, String tag, String name, String type) {}

    private record Attempt(String model, String outcome, String tier) {}

    private record KeyAttempt(String key, String model, String outcome) {}

    private final MeterRegistry registry;
    private final GeminiPool pool;
    private final Tags common;
    private final TagValues models = new TagValues();
    private final TagValues keys = new TagValues();
    private final Map<Call, Timer> calls = new ConcurrentHashMap<>();
    private final Map<Attempt, Timer> attempts = new ConcurrentHashMap<>();
    private final Map<KeyAttempt, Counter> keyAttempts = new ConcurrentHashMap<>();
    private final Map<Tokens, Counter> tokens = new ConcurrentHashMap<>();
    private final Map<String, Timer> waits = new ConcurrentHashMap<>();
    private final Map<Tags, Counter> rotations = new ConcurrentHashMap<>();
    private final Map<Tags, Counter> exclusions = new ConcurrentHashMap<>();
    private final PoolGauges gauges;

    /** The number of refreshes requested since the running one began; 0 if none is running. */
    private final AtomicInteger refreshes = new AtomicInteger();

    /**
     * Creates the meters.
     *
     * @param common the tags of all meters, which tell an application's pools apart; empty if there is only one pool
     */
    RegistryMeters(MeterRegistry registry, GeminiPool pool, Tags common) {
        this.registry = registry;
        this.pool = pool;
        this.common = common;
        this.gauges = new PoolGauges(registry, pool, common);
    }

    /** Adds the gauges of a model when it is first called. */
    void modelCalled(String model) {
        if (models.add(model)) {
            refresh();
        }
    }

    void callEnded(CallEnded event) {
        String model = models.of(event.model());
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
        String model = models.of(event.model());
        String key = tagOf(event.key());
        attempts.computeIfAbsent(
                        new Attempt(model, outcome, tier(response)),
                        id -> timer(
                                PoolMeter.ATTEMPTS,
                                Tags.of("model", id.model(), "outcome", id.outcome(), "service.tier", id.tier())))
                .record(event.elapsed());
        if (key != null) {
            keyAttempts
                    .computeIfAbsent(
                            new KeyAttempt(key, model, outcome),
                            id -> counter(
                                    PoolMeter.KEY_ATTEMPTS,
                                    null,
                                    Tags.of("key", id.key(), "model", id.model(), "outcome", id.outcome())))
                    .increment();
        }
        if (response != null && response.tokens() != null) {
            count(model, key, response.tokens());
        }
    }

    /** Returns the tag of a key; null if it was removed while its attempt ran, since its counters have left the registry. */
    private @Nullable String tagOf(String key) {
        return keys.has(key) || keys.isFull() || pool.keys().names().contains(key) ? keys.of(key) : null;
    }

    private static String tier(@Nullable ResponseFacts response) {
        String tier = response == null ? null : response.serviceTier();
        return tier == null ? "none" : TIERS.contains(tier) ? tier : TagValues.OTHER;
    }

    private void count(String model, @Nullable String key, TokenUsage used) {
        count(model, key, "input", used.input());
        count(model, key, "cached", used.cachedInput());
        count(model, key, "output", used.output());
        count(model, key, "thoughts", used.thoughts());
    }

    private void count(String model, @Nullable String key, String type, long used) {
        count(new Tokens(PoolMeter.TOKENS, "model", model, type), used);
        if (key != null) {
            count(new Tokens(PoolMeter.KEY_TOKENS, "key", key, type), used);
        }
    }

    private void count(Tokens kind, long used) {
        if (used > 0) {
            tokens.computeIfAbsent(
                            kind, id -> counter(id.meter(), "tokens", Tags.of(id.tag(), id.name(), "type", id.type())))
                    .increment((double) used);
        }
    }

    private Timer timer(PoolMeter meter, Tags tags) {
        return Timer.builder(meter.meterName())
                .description(meter.description())
                .tags(common.and(tags))
                .register(registry);
    }

    private Counter counter(PoolMeter meter, @Nullable String unit, Tags tags) {
        return Counter.builder(meter.meterName())
                .description(meter.description())
                .baseUnit(unit)
                .tags(common.and(tags))
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
        count(rotations, PoolMeter.ROTATIONS, Tags.of("model", models.of(event.model())));
    }

    private void count(Map<Tags, Counter> counters, PoolMeter meter, Tags tags) {
        counters.computeIfAbsent(tags, id -> counter(meter, null, id)).increment();
    }

    static String text(Enum<?> value) {
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
                gauges.register(models, keys);
                removeGone();
            } while (!refreshes.compareAndSet(asked, 0));
            done = true;
        } finally {
            if (!done) {
                refreshes.set(0);
            }
        }
    }

    /** The counters of keys that are gone leave the registry, as their gauges do. */
    private void removeGone() {
        keyAttempts.entrySet().removeIf(entry -> isGone(entry.getKey().key()) && remove(entry.getValue()));
        tokens.entrySet()
                .removeIf(entry -> entry.getKey().meter() == PoolMeter.KEY_TOKENS
                        && isGone(entry.getKey().name())
                        && remove(entry.getValue()));
    }

    private boolean isGone(String key) {
        return !key.equals(TagValues.OTHER) && !keys.has(key);
    }

    private boolean remove(Counter counter) {
        registry.remove(counter);
        return true;
    }
}

package io.github.geminipool.autoconfigure.health;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelOutlook;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports OUT_OF_SERVICE if no key is usable: if none can serve a call to any model in use or, while no model is in use, to any
 * model at all. Otherwise UP, with the detail {@code degraded} if some keys are unusable or some models in use have no usable key.
 * Sends no request to Gemini.
 */
final class GeminiPoolHealthIndicator extends AbstractHealthIndicator {

    private final GeminiPool pool;
    private final @Nullable SharedHealth shared;

    GeminiPoolHealthIndicator(GeminiPool pool, @Nullable SharedHealth shared) {
        super("Gemini pool health check failed");
        this.pool = pool;
        this.shared = shared;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        KeyStats stats = pool.keyStats();
        List<ModelOutlook> models =
                stats.models().stream().filter(ModelOutlook::inUse).toList();
        if (stats.usable() > 0) {
            builder.up();
        } else {
            builder.outOfService();
            nextUsable(stats.keys(), models).ifPresent(instant -> builder.withDetail("nextUsable", instant.toString()));
        }
        builder.withDetail("keys", stats.keys().size())
                .withDetail("usable", (int) stats.usable())
                .withDetail("degraded", stats.isDegraded());
        Map<String, Object> unusable = new LinkedHashMap<>();
        stats.keys().stream().filter(key -> !key.usable()).forEach(key -> unusable.put(key.key(), details(key)));
        if (!unusable.isEmpty()) {
            builder.withDetail("unusableKeys", unusable);
        }
        if (!models.isEmpty()) {
            Map<String, Object> inUse = new LinkedHashMap<>();
            models.forEach(model -> inUse.put(model.model(), details(model)));
            builder.withDetail("models", inUse);
        }
        if (shared != null) {
            shared.addTo(builder);
        }
    }

    private static Optional<Instant> nextUsable(List<KeyUsage> keys, List<ModelOutlook> models) {
        Stream<@Nullable Instant> instants = models.isEmpty()
                ? keys.stream().map(KeyUsage::excludedUntil)
                : models.stream().map(ModelOutlook::nextUsable);
        return instants.filter(Objects::nonNull).map(Objects::requireNonNull).min(Instant::compareTo);
    }

    private static Map<String, Object> details(ModelOutlook model) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("usableKeys", model.usableKeys());
        if (model.reason() != null) {
            details.put("reason", model.reason());
        }
        if (model.nextUsable() != null) {
            details.put("nextUsable", model.nextUsable().toString());
        }
        return details;
    }

    private static Map<String, Object> details(KeyUsage key) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", key.state().name());
        if (key.reason() != null) {
            details.put("reason", key.reason());
        }
        if (key.excludedUntil() != null) {
            details.put("until", key.excludedUntil().toString());
        }
        return details;
    }
}

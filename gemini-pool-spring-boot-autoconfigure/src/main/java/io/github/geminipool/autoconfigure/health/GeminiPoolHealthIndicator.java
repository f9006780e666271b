package io.github.geminipool.autoconfigure.health;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.KeyUsage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports UP while at least one key is usable, with the detail {@code degraded} if others are not, and OUT_OF_SERVICE if no
 * key is usable. Ignores exclusions for single models and sends no request to Gemini.
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
        List<KeyUsage> all = pool.keyStats().keys();
        int usable = 0;
        Map<String, Object> unusable = new LinkedHashMap<>();
        for (KeyUsage key : all) {
            if (key.usable()) {
                usable++;
            } else {
                unusable.put(key.key(), details(key));
            }
        }
        if (usable > 0) {
            builder.up();
        } else {
            builder.outOfService();
            nextUsable(all).ifPresent(instant -> builder.withDetail("nextUsable", instant.toString()));
        }
        builder.withDetail("keys", all.size()).withDetail("usable", usable).withDetail("degraded", !unusable.isEmpty());
        if (!unusable.isEmpty()) {
            builder.withDetail("unusableKeys", unusable);
        }
        if (shared != null) {
            shared.addTo(builder);
        }
    }

    private static Optional<Instant> nextUsable(List<KeyUsage> keys) {
        return keys.stream()
                .map(KeyUsage::excludedUntil)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .min(Instant::compareTo);
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

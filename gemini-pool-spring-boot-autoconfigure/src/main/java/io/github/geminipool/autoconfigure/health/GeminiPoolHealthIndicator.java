package io.github.geminipool.autoconfigure.health;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.KeyUsage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up as long as a key may be used, with the detail {@code degraded} where others may not; out of service where none may.
 * Single models are not looked at, and Gemini is not asked.
 */
final class GeminiPoolHealthIndicator extends AbstractHealthIndicator {

    private final GeminiPool pool;

    GeminiPoolHealthIndicator(GeminiPool pool) {
        super("The pool of Gemini API keys could not be looked at");
        this.pool = pool;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        List<KeyUsage> all = pool.keyStats().keys();
        int usable = 0;
        Map<String, Object> out = new LinkedHashMap<>();
        for (KeyUsage key : all) {
            if (key.usable()) {
                usable++;
            } else {
                out.put(key.key(), details(key));
            }
        }
        if (usable > 0) {
            builder.up();
        } else {
            builder.outOfService();
            next(all).ifPresent(instant -> builder.withDetail("next", instant.toString()));
        }
        builder.withDetail("keys", all.size()).withDetail("usable", usable).withDetail("degraded", !out.isEmpty());
        if (!out.isEmpty()) {
            builder.withDetail("out", out);
        }
    }

    private static Optional<Instant> next(List<KeyUsage> keys) {
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

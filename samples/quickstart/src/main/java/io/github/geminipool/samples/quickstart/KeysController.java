package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyUsage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows statistics of the keys; a pool's statistics never contain secrets. */
@RestController
class KeysController {

    private final GeminiPool pool;
    private final Source source;

    KeysController(GeminiPool pool, Source source) {
        this.pool = pool;
        this.source = source;
    }

    @GetMapping("/keys")
    Keys keys() {
        return new Keys(
                source.isSimulator(),
                pool.keyStats().keys().stream().map(Key::of).toList());
    }

    /**
     * All keys and where responses come from.
     *
     * @param simulator whether answers come from the embedded simulator
     * @param keys in configured order
     */
    record Keys(boolean simulator, List<Key> keys) {}

    /**
     * One key.
     *
     * @param name its name
     * @param project its project's name
     * @param usable whether it can be used now for every model called so far
     * @param why the reason if it can't be used or is not healthy, or null
     * @param usage number of finished attempts
     * @param failures number of failed attempts by kind
     */
    record Key(
            String name,
            String project,
            boolean usable,
            @Nullable String why,
            long usage,
            Map<FailureKind, Long> failures) {

        static Key of(KeyUsage usage) {
            return new Key(
                    usage.key(),
                    usage.project(),
                    usage.usable() && usage.modelExclusions().isEmpty(),
                    why(usage),
                    usage.usage(),
                    new TreeMap<>(usage.attempts().failures()));
        }

        private static @Nullable String why(KeyUsage usage) {
            return usage.modelExclusions().stream()
                    .map(exclusion -> exclusion.model() + ": " + exclusion.reason())
                    .findFirst()
                    .orElse(usage.reason());
        }
    }
}

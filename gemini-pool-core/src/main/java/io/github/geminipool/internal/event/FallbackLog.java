package io.github.geminipool.internal.event;

import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.FailureCause;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs fallbacks to other models: the first one of each pair of models at INFO (at WARN if there is no such model), the
 * others at DEBUG. Thread-safe. */
public final class FallbackLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.fallbacks");

    private record Pair(String model, String fallback) {}

    private final Set<Pair> logged = ConcurrentHashMap.newKeySet();

    /** A model that does not exist may be a typing error, which the fallback must not hide. */
    private static Level levelOf(ModelFellBack event) {
        return event.failure().cause() == FailureCause.MODEL_NOT_FOUND ? Level.WARN : Level.INFO;
    }

    @Override
    public void modelFellBack(ModelFellBack event) {
        boolean first = logged.add(new Pair(event.model(), event.fallback()));
        log.atLevel(first ? levelOf(event) : Level.DEBUG)
                .addKeyValue("model", event.model())
                .addKeyValue("fallback", event.fallback())
                .addKeyValue("kind", event.failure().kind())
                .log(
                        "Falling back from model '{}' to '{}': {}",
                        event.model(),
                        event.fallback(),
                        event.failure().reason());
    }
}

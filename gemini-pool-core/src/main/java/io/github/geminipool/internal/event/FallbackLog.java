package io.github.geminipool.internal.event;

import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells the log that calls go on with another model than they asked for: once of each two models, then at DEBUG. */
public final class FallbackLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.fallbacks");

    private record Pair(String model, String fallback) {}

    private final Set<Pair> told = ConcurrentHashMap.newKeySet();

    @Override
    public void modelFellBack(ModelFellBack event) {
        boolean first = told.add(new Pair(event.model(), event.fallback()));
        log.atLevel(first ? Level.INFO : Level.DEBUG)
                .addKeyValue("model", event.model())
                .addKeyValue("fallback", event.fallback())
                .addKeyValue("kind", event.failure().kind())
                .log(
                        "Going on from model '{}' to '{}': {}",
                        event.model(),
                        event.fallback(),
                        event.failure().reason());
    }
}

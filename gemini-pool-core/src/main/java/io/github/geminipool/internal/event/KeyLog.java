package io.github.geminipool.internal.event;

import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells the log what becomes of keys beside being excluded, and which instances go from one to another. */
public final class KeyLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.keys");

    @Override
    public void keyChanged(KeyChanged event) {
        Level level = event.change() == KeyChanged.Change.DEGRADED ? Level.WARN : Level.INFO;
        log.atLevel(level)
                .addKeyValue("key", event.key())
                .addKeyValue("change", event.change())
                .log("Key '{}' is {}: {}", event.key(), inWords(event.change()), event.reason());
    }

    private static String inWords(KeyChanged.Change change) {
        return switch (change) {
            case ADDED -> "added";
            case REMOVED -> "taken out";
            case REPLACED -> "replaced";
            case ENABLED -> "enabled";
            case DISABLED -> "disabled";
            case DEGRADED -> "used only where no other one can be";
            case ON_PROBATION -> "on probation";
            case HEALTHY -> "healthy again";
        };
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        log.atDebug()
                .addKeyValue("model", event.model())
                .addKeyValue("instance", event.instance())
                .addKeyValue("key", event.to())
                .log(
                        "Instance {} of model {} is bound to key '{}' instead of '{}'",
                        event.instance(),
                        event.model(),
                        event.to(),
                        event.from());
    }
}

package io.github.geminipool.internal.event;

import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.event.PoolListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs changes of keys other than exclusions, and instances that are bound to another key. */
public final class KeyLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.keys");

    @Override
    public void keyChanged(KeyChanged event) {
        Level level = event.change() == KeyChanged.Change.DEGRADED ? Level.WARN : Level.INFO;
        log.atLevel(level)
                .addKeyValue("key", event.key())
                .addKeyValue("change", event.change())
                .log("Key '{}' {}: {}", event.key(), inWords(event.change()), event.reason());
    }

    private static String inWords(KeyChanged.Change change) {
        return switch (change) {
            case ADDED -> "was added";
            case REMOVED -> "was removed";
            case REPLACED -> "was replaced";
            case ENABLED -> "was enabled";
            case DISABLED -> "was disabled";
            case DEGRADED -> "is degraded, and used only if no other key is usable";
            case ON_PROBATION -> "is on probation";
            case HEALTHY -> "is healthy again";
        };
    }

    @Override
    public void keyPassedOver(KeyPassedOver event) {
        log.atInfo()
                .addKeyValue("key", event.key())
                .addKeyValue("model", event.model())
                .addKeyValue("kind", event.failure().kind())
                .log(
                        "Key '{}' is passed over for model '{}' for a while: key '{}' answered after it had failed {}: {}",
                        event.key(),
                        event.model(),
                        event.answeredBy(),
                        event.failures() == 1 ? "once" : event.failures() + " times in a row",
                        event.failure().reason());
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        log.atDebug()
                .addKeyValue("model", event.model())
                .addKeyValue("instance", event.instance())
                .addKeyValue("key", event.to())
                .log(
                        "Instance {} of model '{}' is bound to key '{}' instead of '{}'",
                        event.instance(),
                        event.model(),
                        event.to(),
                        event.from());
    }
}

package io.github.geminipool.internal.health;

import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.time.PoolClock;

/** Reports changes of a key's health to the listeners. */
public record KeyChanges(PoolListener listeners, PoolClock clock) {

    /** Tells how a key is now. */
    public void tell(KeyHealth key) {
        KeyState state = key.state(clock.nanos());
        if (state instanceof KeyState.Degraded degraded) {
            tell(key, KeyChanged.Change.DEGRADED, degraded.reason());
        } else if (state instanceof KeyState.Probation) {
            tell(key, KeyChanged.Change.ON_PROBATION, "its failures are past; it is being tried again");
        } else if (state instanceof KeyState.Healthy) {
            tell(key, KeyChanged.Change.HEALTHY, KeyState.CALLS_OF_PROBATION + " calls in a row have succeeded");
        }
    }

    private void tell(KeyHealth key, KeyChanged.Change change, String reason) {
        listeners.keyChanged(new KeyChanged(key.name(), change, reason));
    }
}

package io.github.geminipool.testing;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;

/** A listener that handles all events alike; a test proves that none is missing. */
@FunctionalInterface
public interface EveryEvent extends PoolListener {

    /** Called with each event. */
    void told(Record event);

    @Override
    default void attemptStarted(AttemptStarted event) {
        told(event);
    }

    @Override
    default void attemptEnded(AttemptEnded event) {
        told(event);
    }

    @Override
    default void callEnded(CallEnded event) {
        told(event);
    }

    @Override
    default void modelFellBack(ModelFellBack event) {
        told(event);
    }

    @Override
    default void scopeExcluded(ScopeExcluded event) {
        told(event);
    }

    @Override
    default void scopeRestored(ScopeRestored event) {
        told(event);
    }

    @Override
    default void instanceRotated(InstanceRotated event) {
        told(event);
    }

    @Override
    default void keyChanged(KeyChanged event) {
        told(event);
    }

    @Override
    default void keyPassedOver(KeyPassedOver event) {
        told(event);
    }

    @Override
    default void foreignUse(ForeignUse event) {
        told(event);
    }

    @Override
    default void keyLeaked(KeyLeaked event) {
        told(event);
    }
}

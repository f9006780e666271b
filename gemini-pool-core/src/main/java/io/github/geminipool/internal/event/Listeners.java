package io.github.geminipool.internal.event;

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
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes each event to all listeners, in their order. What a listener throws reaches neither the other listeners nor the call.
 * Thread-safe.
 */
public final class Listeners implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger(PoolListener.class);

    private final Channel<AttemptStarted> attemptStarted;
    private final Channel<AttemptEnded> attemptEnded;
    private final Channel<CallEnded> callEnded;
    private final Channel<ModelFellBack> modelFellBack;
    private final Channel<ScopeExcluded> scopeExcluded;
    private final Channel<ScopeRestored> scopeRestored;
    private final Channel<InstanceRotated> instanceRotated;
    private final Channel<KeyChanged> keyChanged;
    private final Channel<KeyPassedOver> keyPassedOver;
    private final Channel<ForeignUse> foreignUse;
    private final Channel<KeyLeaked> keyLeaked;

    /** Creates listeners that pass events to the given ones. */
    public Listeners(List<PoolListener> listeners) {
        List<GuardedListener> guarded = listeners.stream()
                .map(listener -> new GuardedListener(listener, new FailureGuard(log, "listener", listener)))
                .toList();
        attemptStarted = new Channel<>(guarded, "attemptStarted", AttemptStarted.class, PoolListener::attemptStarted);
        attemptEnded = new Channel<>(guarded, "attemptEnded", AttemptEnded.class, PoolListener::attemptEnded);
        callEnded = new Channel<>(guarded, "callEnded", CallEnded.class, PoolListener::callEnded);
        modelFellBack = new Channel<>(guarded, "modelFellBack", ModelFellBack.class, PoolListener::modelFellBack);
        scopeExcluded = new Channel<>(guarded, "scopeExcluded", ScopeExcluded.class, PoolListener::scopeExcluded);
        scopeRestored = new Channel<>(guarded, "scopeRestored", ScopeRestored.class, PoolListener::scopeRestored);
        instanceRotated =
                new Channel<>(guarded, "instanceRotated", InstanceRotated.class, PoolListener::instanceRotated);
        keyChanged = new Channel<>(guarded, "keyChanged", KeyChanged.class, PoolListener::keyChanged);
        keyPassedOver = new Channel<>(guarded, "keyPassedOver", KeyPassedOver.class, PoolListener::keyPassedOver);
        foreignUse = new Channel<>(guarded, "foreignUse", ForeignUse.class, PoolListener::foreignUse);
        keyLeaked = new Channel<>(guarded, "keyLeaked", KeyLeaked.class, PoolListener::keyLeaked);
    }

    /** Returns whether any of the listeners overrides {@link #attemptStarted}: if not, its events need not be created. */
    public boolean hearAttemptStarted() {
        return attemptStarted.subscribers() > 0;
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        attemptStarted.publish(event);
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        attemptEnded.publish(event);
    }

    @Override
    public void callEnded(CallEnded event) {
        callEnded.publish(event);
    }

    @Override
    public void modelFellBack(ModelFellBack event) {
        modelFellBack.publish(event);
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        scopeExcluded.publish(event);
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        scopeRestored.publish(event);
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        instanceRotated.publish(event);
    }

    @Override
    public void keyChanged(KeyChanged event) {
        keyChanged.publish(event);
    }

    @Override
    public void keyPassedOver(KeyPassedOver event) {
        keyPassedOver.publish(event);
    }

    @Override
    public void foreignUse(ForeignUse event) {
        foreignUse.publish(event);
    }

    @Override
    public void keyLeaked(KeyLeaked event) {
        keyLeaked.publish(event);
    }
}

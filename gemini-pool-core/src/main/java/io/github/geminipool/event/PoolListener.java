package io.github.geminipool.event;

/**
 * Receives the events of a pool. For one call the order is
 *
 * <pre>
 * [modelFellBack] → attemptStarted → [scopeExcluded → [keyLeaked]] → attemptEnded → … → callEnded → attemptEnded
 * </pre>
 *
 * The last attempt of a successful call ends when its response has been read, which may be after the end of the call.
 * {@code scopeRestored} comes when a response begins, or when a failure shows that the scope works again.
 *
 * <p>Implementations must be thread-safe and should return quickly: the pool calls them on the threads that run calls, from many
 * threads at the same time, but never while it holds a lock. The pool logs the first exception of a listener, and ignores all
 * exceptions otherwise.
 */
public interface PoolListener {

    /** Called when an attempt has its lease, before its request is sent. */
    default void attemptStarted(AttemptStarted event) {}

    /** Called once at the end of each attempt. */
    default void attemptEnded(AttemptEnded event) {}

    /** Called once at the end of each call. */
    default void callEnded(CallEnded event) {}

    /** Called when a call continues with the next fallback of its model. */
    default void modelFellBack(ModelFellBack event) {}

    /** Called when a scope is excluded, and again when its exclusion is prolonged. */
    default void scopeExcluded(ScopeExcluded event) {}

    /** Called when an excluded scope has worked again. Not called when an exclusion expires. */
    default void scopeRestored(ScopeRestored event) {}

    /** Called when an instance is bound to another key. */
    default void instanceRotated(InstanceRotated event) {}

    /** Called when a key is added, removed, replaced, enabled, disabled or degraded, or begins or passes its probation. */
    default void keyChanged(KeyChanged event) {}

    /** Called when a key is passed over for a model, since it fails while others succeed, and again each time its trial fails. */
    default void keyPassedOver(KeyPassedOver event) {}

    /** Called when Gemini refuses a request because of a quota that others use, at most about once a minute for each project and model. */
    default void foreignUse(ForeignUse event) {}

    /** Called once when Google reports a key as leaked, in addition to its exclusion. Alert the people on call. */
    default void keyLeaked(KeyLeaked event) {}
}

package io.github.geminipool.event;

/**
 * Is told what a pool does. For one call the order is
 *
 * <pre>
 * [modelFellBack] → attemptStarted → [scopeExcluded → [keyLeaked]] → attemptEnded → … → callEnded → attemptEnded
 * </pre>
 *
 * where the last attempt of a successful call ends when its answer has been read, which may be after the call's end.
 * {@code scopeRestored} comes when an answer begins, or when a failure shows that something works after all.
 *
 * <p>Methods are called on the threads that do the work, never while a lock of the pool is held, and from many
 * threads at once: they should be quick and must be thread-safe. What they throw is logged once and otherwise ignored.
 */
public interface PoolListener {

    /** An attempt got its instance and key. */
    default void attemptStarted(AttemptStarted event) {}

    /** An attempt ended. */
    default void attemptEnded(AttemptEnded event) {}

    /** A call ended. */
    default void callEnded(CallEnded event) {}

    /** A call goes on with the next of its model's fallbacks. */
    default void modelFellBack(ModelFellBack event) {}

    /** Something is not used for a while; told again when that is prolonged. */
    default void scopeExcluded(ScopeExcluded event) {}

    /** Something is used again. */
    default void scopeRestored(ScopeRestored event) {}

    /** An instance is bound to another key. */
    default void instanceRotated(InstanceRotated event) {}

    /** A key was added, removed, replaced, enabled or disabled, or is trusted less, or again. */
    default void keyChanged(KeyChanged event) {}

    /** A key was reported as leaked; told once, beside its exclusion. Whoever is on call should hear of it. */
    default void keyLeaked(KeyLeaked event) {}
}

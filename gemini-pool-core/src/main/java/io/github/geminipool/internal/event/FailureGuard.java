package io.github.geminipool.internal.event;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;

/** Keeps the exceptions of an application's object away from the pool's calls: logs the first one, ignores the others. Thread-safe. */
final class FailureGuard {

    private final Logger log;
    private final String role;
    private final Object guarded;
    private final AtomicBoolean failedBefore = new AtomicBoolean();

    /**
     * Guards an object.
     *
     * @param log where its first failure is logged
     * @param role what the object is to the pool, such as "listener"
     * @param guarded named in the log by its class
     */
    FailureGuard(Logger log, String role, Object guarded) {
        this.log = log;
        this.role = role;
        this.guarded = guarded;
    }

    /** Calls a method of a target. Pass a method reference: it is called on the path of each attempt and must not allocate. */
    <T, A> void call(BiConsumer<? super T, ? super A> method, T target, A argument) {
        try {
            method.accept(target, argument);
        } catch (Throwable e) {
            failed(e);
        }
    }

    void failed(Throwable e) {
        if (failedBefore.compareAndSet(false, true)) {
            try {
                report(e);
            } catch (Throwable unprintable) {
                reportClass(e);
            }
        }
    }

    private void report(Throwable e) {
        log.warn(
                "The pool's {} {} failed. The pool ignores this, and logs no further failures of this {}: fix it",
                role,
                guarded.getClass().getName(),
                role,
                e);
    }

    /** An exception of the application may fail to say what it is, and so may a logger. */
    private void reportClass(Throwable e) {
        try {
            log.warn(
                    "The pool's {} {} failed with {}, which can't be logged. The pool ignores this",
                    role,
                    guarded.getClass().getName(),
                    e.getClass().getName());
        } catch (Throwable noLogger) {
            // Nowhere left to report it.
        }
    }
}

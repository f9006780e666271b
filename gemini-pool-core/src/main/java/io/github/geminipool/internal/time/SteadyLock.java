package io.github.geminipool.internal.time;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock for sections that take less time than parking and waking a thread. Acquiring it needs no memory. Whoever finds
 * it taken looks again a few times before it parks; where there is no memory left to queue a thread, the thread spins.
 * What a call holds is released under such locks, even while others throw {@code OutOfMemoryError}s.
 */
public final class SteadyLock extends ReentrantLock {

    private static final long serialVersionUID = 1L;

    /** About as long as the lock is held; a thread whose holder has lost its processor parks soon. */
    private static final int SPINS = 60;

    @Override
    public void lock() {
        for (int i = 0; i < SPINS; i++) {
            if (tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        try {
            super.lock();
        } catch (OutOfMemoryError e) {
            while (!tryLock()) {
                Thread.onSpinWait();
            }
        }
    }
}

package io.github.geminipool.autoconfigure;

import io.github.geminipool.event.PoolListener;

/**
 * A listener that tells pools apart: each configured pool gets one of its own. The factory itself listens to pools that the
 * application builds.
 */
public interface PoolListenerFactory extends PoolListener {

    /**
     * Returns the listener of a pool.
     *
     * @param pool the name of the pool's bean
     */
    PoolListener listener(String pool);
}

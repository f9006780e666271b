package io.github.geminipool.autoconfigure;

import io.github.geminipool.event.PoolListener;

/**
 * A listener that tells pools apart: each pool that is configured gets one of its own. As a listener itself it is for a pool that the
 * application builds.
 */
public interface PoolListenerFactory extends PoolListener {

    /**
     * Returns the listener of a pool.
     *
     * @param pool the name of its bean
     */
    PoolListener listener(String pool);
}

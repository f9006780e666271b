package io.github.geminipool.wire.runners;

import io.github.geminipool.internal.retry.LoopRunner;
import io.github.geminipool.spi.AttemptRunner;

/** Tests the pool's own loop. */
class LoopRunnerWireTest extends AttemptRunnerContract {

    @Override
    protected AttemptRunner runner() {
        return new LoopRunner();
    }
}

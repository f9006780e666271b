package io.github.geminipool.autoconfigure;

import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.wire.runners.AttemptRunnerContract;
import java.util.List;

/** Spring Retry behaves like the pool's own loop. */
class SpringRetryAttemptRunnerTests extends AttemptRunnerContract {

    @Override
    protected AttemptRunner runner() {
        return new SpringRetryAttemptRunner(List.of());
    }
}

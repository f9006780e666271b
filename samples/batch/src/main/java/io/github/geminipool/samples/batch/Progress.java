package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;

/** Shows how far the batch is. */
interface Progress extends AutoCloseable {

    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void show(BatchProgress progress) {}
    };

    /** Is called whenever more is done. */
    void show(BatchProgress progress);

    @Override
    default void close() {}
}

package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;

/** Shows the batch's progress. */
interface Progress extends AutoCloseable {

    /** Shows no progress. */
    Progress NONE = new Progress() {
        @Override
        public void show(BatchProgress progress) {}
    };

    /** Called whenever more prompts are done. */
    void show(BatchProgress progress);

    @Override
    default void close() {}
}

package io.github.geminipool.samples.batch;

/** Destination of the results. A prompt is done once its line is written. */
interface Results extends AutoCloseable {

    /**
     * Skips prompts that are already done.
     *
     * @return their results
     * @throws BatchException if there are results of other prompts
     */
    Tally resume(Prompts prompts);

    /** Writes a line durably: it survives a kill of this process. */
    void write(ResultLine line);

    /** Returns a hint how to continue after a stop. */
    String howToContinue();

    @Override
    void close();
}

package io.github.geminipool.samples.batch;

/** Where results go. A prompt is done when its line was written. */
interface Results extends AutoCloseable {

    /**
     * Takes from the prompts those that are done already.
     *
     * @return what became of them
     * @throws BatchException if there are results of other prompts
     */
    Tally resume(Prompts prompts);

    /** Writes one line, which from then on survives this process. */
    void write(ResultLine line);

    /** What to do to go on after this process was stopped. */
    String howToGoOn();

    @Override
    void close();
}

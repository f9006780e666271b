package io.github.geminipool.samples.batch;

import io.github.geminipool.GenerationBatch;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Graceful stop on Ctrl+C and SIGTERM: no new prompts start, running ones get a grace period to end, and their results are
 * written before the process exits. The process waits for the thread that created this object until it closes it.
 */
final class Interruption implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(8);

    private final Thread maker = Thread.currentThread();
    private final Thread hook = new Thread(this::interrupt, "interruption");
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean came;
    private volatile @Nullable GenerationBatch batch;

    private final PrintStream err;
    private final String before;

    private Interruption(PrintStream err, String before) {
        this.err = err;
        this.before = before;
    }

    /**
     * Starts handling interruptions.
     *
     * @param err where messages go
     * @param before text to print first, which clears the progress bar
     */
    static Interruption expect(PrintStream err, String before) {
        Interruption interruption = new Interruption(err, before);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Sets what to stop. */
    void stops(GenerationBatch running) {
        batch = running;
        if (came) {
            running.stop();
        }
    }

    /** Returns whether the process was interrupted. */
    boolean came() {
        return came;
    }

    private void interrupt() {
        came = true;
        GenerationBatch running = batch;
        if (running == null) {
            return; // Nothing was asked yet.
        }
        running.stop();
        err.println(before + "Stopping after the running prompts, within " + GRACE.toSeconds() + " s.");
        try {
            if (!ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                maker.interrupt();
                boolean ignored = ended.await(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is already exiting.
        }
    }
}

package io.github.geminipool.samples.batch;

import io.github.geminipool.GenerationBatch;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl+C and SIGTERM: nothing new begins, what runs may end within a while, and what has come is written before the
 * process ends. Its maker's thread is the one that is waited for, until it closes this.
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
     * From now on, the process ends in this way.
     *
     * @param err where it is told
     * @param before what makes room there for a line
     */
    static Interruption expect(PrintStream err, String before) {
        Interruption interruption = new Interruption(err, before);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Says what is to be stopped. */
    void stops(GenerationBatch running) {
        batch = running;
        if (came) {
            running.stop();
        }
    }

    /** Whether it came to that. */
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
        err.println(before + "Stopping when what runs is answered, in " + GRACE.toSeconds() + " s at most.");
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
            // The process is ending already.
        }
    }
}

package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.stats.KeyUsage;
import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;

/** Runs the remaining prompts and writes their results. */
final class BatchRun {

    private static final int WIDTH = 120;

    private final PromptQueue queue;
    private final Results results;
    private final ResultWriter writer;
    private final GenerationBatch batch;
    private final Tally before;
    private final KeyFigures keys;

    /**
     * Creates a run.
     *
     * @param total number of prompts, or -1 if unknown
     * @param before results of earlier runs
     */
    BatchRun(GeminiPool pool, Prompts prompts, long total, Results results, boolean withKey, Tally before) {
        this.queue = new PromptQueue(prompts);
        this.results = results;
        this.writer = new ResultWriter(queue, results, withKey, before);
        this.batch = pool.generateAll(queue).total(total < 0 ? -1 : total - before.done());
        this.before = before;
        this.keys = new KeyFigures(
                pool.keyStats().keys().stream().map(KeyUsage::key).toList());
    }

    /**
     * Runs all remaining prompts.
     *
     * @return the results of all prompts, including earlier runs
     * @throws BatchException if it stops before the last prompt
     */
    Tally run(Interruption interruption, ProgressMode mode, OptionalInt barWidth, PrintStream err) {
        interruption.stops(batch);
        try (Progress progress = progress(mode, barWidth, err)) {
            batch.onProgress(progress::show).forEach(writer);
            progress.show(batch.progress());
        } catch (CancellationException e) {
            if (!interruption.came()) {
                throw e;
            }
        }
        if (interruption.came()) {
            throw new BatchException(
                    ExitCode.STOPPED, "Interrupted after " + writer.tally().prompts() + ". " + results.howToContinue());
        }
        writer.writeHeld();
        if (queue.wrong() != null) {
            throw queue.wrong();
        }
        return writer.tally();
    }

    private Progress progress(ProgressMode mode, OptionalInt barWidth, PrintStream err) {
        if (barWidth.isPresent()) {
            long left = batch.progress().total();
            return new TerminalBar(err, barWidth.getAsInt(), left < 0 ? -1 : before.done() + left, before.done(), keys);
        }
        return mode == ProgressMode.NONE ? Progress.NONE : new ProgressLines(err, before.done(), keys);
    }

    /** Returns the elapsed time and the figures per key. */
    String figures() {
        BatchProgress progress = batch.progress();
        return "in " + ProgressLines.inWords(progress.elapsed()) + "; attempts by key: " + keys.text(progress, WIDTH);
    }
}

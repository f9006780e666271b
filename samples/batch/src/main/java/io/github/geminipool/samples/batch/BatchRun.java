package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.stats.KeyUsage;
import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;

/** Asks the prompts that are left, and writes their results. */
final class BatchRun {

    private static final int WIDTH = 120;

    private final PromptQueue queue;
    private final Results results;
    private final ResultWriter writer;
    private final GenerationBatch batch;
    private final Tally before;
    private final KeyFigures keys;

    /**
     * Makes one.
     *
     * @param total how many prompts there are in all; -1 where that is unknown
     * @param before what became of those that are done
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
     * Runs it to its end.
     *
     * @return what became of all prompts, those of earlier runs included
     * @throws BatchException if that is not the end of the prompts
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
                    ExitCode.STOPPED, "Interrupted after " + writer.tally().prompts() + ". " + results.howToGoOn());
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

    /** The time it took, and what the keys did. */
    String figures() {
        BatchProgress progress = batch.progress();
        return "in " + ProgressLines.inWords(progress.elapsed()) + "; attempts by key: " + keys.text(progress, WIDTH);
    }
}

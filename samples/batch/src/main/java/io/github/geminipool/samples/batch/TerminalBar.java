package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress as a bar with rate and remaining time, and the keys below it. */
final class TerminalBar implements Progress {

    private static final int INTERVAL_MILLIS = 250;

    private final TerminalLines lines;
    private final ProgressBar bar;
    private final long before;
    private final KeyFigures keys;

    TerminalBar(PrintStream out, int width, long total, long before, KeyFigures keys) {
        this.lines = new TerminalLines(out, width);
        this.before = before;
        this.keys = keys;
        this.bar = ProgressBar.builder()
                .setTaskName("Prompts")
                .setInitialMax(total)
                .startsFrom(before, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                // The library's own remaining time is a bare number behind a slash.
                .hideEta()
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .setUpdateIntervalMillis(INTERVAL_MILLIS)
                .continuousUpdate()
                .setConsumer(lines)
                .build();
    }

    @Override
    public void show(BatchProgress progress) {
        lines.below(keys.text(progress, lines.getMaxRenderedLength()));
        Duration remaining = progress.remaining();
        bar.setExtraMessage((remaining == null ? "" : ", " + ProgressLines.inWords(remaining) + " left")
                + (progress.failed() == 0 ? "" : ", " + progress.failed() + " failed"));
        bar.stepTo(before + progress.done());
    }

    @Override
    public void close() {
        // Interrupted, the library would not wait until the bar is drawn for the last time.
        boolean interrupted = Thread.interrupted();
        bar.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        // The library forgets it where the bar is closed before it was drawn once.
        lines.close();
    }
}

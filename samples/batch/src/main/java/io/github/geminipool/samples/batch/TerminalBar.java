package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress as a bar with rate and remaining time, with the keys below it. */
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
                // The library shows the remaining time as a bare number after a slash.
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
        // If interrupted, the library would not wait for the last drawing of the bar.
        boolean interrupted = Thread.interrupted();
        bar.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        // The library does not close it if the bar was never drawn.
        lines.close();
    }
}

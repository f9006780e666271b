package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Shows progress as occasional lines, for logs and simple terminals. */
final class ProgressLines implements Progress {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int WIDTH = 120;

    private final PrintStream out;
    private final long before;
    private final KeyFigures keys;
    private Duration next = PAUSE;

    ProgressLines(PrintStream out, long before, KeyFigures keys) {
        this.out = out;
        this.before = before;
        this.keys = keys;
    }

    @Override
    public void show(BatchProgress progress) {
        if (progress.elapsed().compareTo(next) >= 0) {
            next = progress.elapsed().plus(PAUSE);
            out.println(line(progress));
        }
    }

    private String line(BatchProgress progress) {
        Duration remaining = progress.remaining();
        return (before + progress.done())
                + (progress.total() < 0 ? "" : " of " + (before + progress.total()))
                + " prompts, " + progress.failed() + " failed, "
                + String.format(Locale.ROOT, "%.1f", progress.rate()) + "/s"
                + (remaining == null ? "" : ", " + inWords(remaining) + " left")
                + "; keys: " + keys.text(progress, WIDTH);
    }

    static String inWords(Duration time) {
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 2 ? time.toMinutes() + " minutes" : time.toHours() + " hours";
    }
}

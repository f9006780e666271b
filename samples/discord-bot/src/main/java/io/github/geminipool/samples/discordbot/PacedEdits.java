package io.github.geminipool.samples.discordbot;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Shows a text that grows, at a rate that Discord allows: one edit at a time, and not before an interval has passed since the
 * last one. What comes meanwhile is shown by the next edit. For one thread.
 */
final class PacedEdits {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Function<String, CompletableFuture<?>> edit;
    private final TimeSource time;
    private CompletableFuture<?> last = CompletableFuture.completedFuture("none yet");
    private long notBefore;

    PacedEdits(Function<String, CompletableFuture<?>> edit, TimeSource time) {
        this.edit = edit;
        this.time = time;
        this.notBefore = time.nanoTime();
    }

    /**
     * Shows the text as it is now, if it is time for that.
     *
     * @return false if it can't be shown any more, since Discord refused the last edit
     */
    boolean show(String text) {
        if (last.isCompletedExceptionally()) {
            return false;
        }
        long now = time.nanoTime();
        if (last.isDone() && now - notBefore >= 0) {
            last = edit.apply(text);
            notBefore = now + INTERVAL.toNanos();
        }
        return true;
    }

    /** When the last edit has been answered, one way or the other. */
    CompletableFuture<?> settled() {
        return last.handle((shown, e) -> "settled");
    }
}

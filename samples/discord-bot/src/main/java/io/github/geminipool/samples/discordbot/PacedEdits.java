package io.github.geminipool.samples.discordbot;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Shows a growing text at a rate that Discord allows: one edit at a time, with a minimum interval between edits. Text that
 * arrives in between is shown by the next edit. Not thread-safe.
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
     * Shows the current text unless the last edit was too recent or is still in flight.
     *
     * @return false if Discord rejected the last edit, so no more text can be shown
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

    /** Completes when the last edit has succeeded or failed. */
    CompletableFuture<?> settled() {
        return last.handle((shown, e) -> "settled");
    }
}

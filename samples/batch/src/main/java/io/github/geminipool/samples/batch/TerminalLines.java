package io.github.geminipool.samples.batch;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import me.tongfei.progressbar.ProgressBarConsumer;

/** Draws the bar and a line below it, replacing the previous ones. */
final class TerminalLines implements ProgressBarConsumer {

    /** Clears from the cursor's line to the end of the screen. */
    static final String CLEAR = "\r\u001B[J";

    private static final String CLEAR_REST = "\u001B[K";
    private static final String UP = "\u001B[1A\r";

    private final PrintStream out;
    private final int width;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String below = "";

    TerminalLines(PrintStream out, int terminalWidth) {
        this.out = out;
        // Some terminals wrap after the last column.
        this.width = terminalWidth - 1;
    }

    void below(String text) {
        below = text;
    }

    @Override
    public int getMaxRenderedLength() {
        return width;
    }

    @Override
    public void accept(String bar) {
        out.print("\r" + bar + CLEAR_REST + "\n" + below + CLEAR_REST + UP);
        out.flush();
    }

    @Override
    public void clear() {
        out.print(CLEAR);
        out.flush();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            out.print("\n\n");
            out.flush();
        }
    }
}

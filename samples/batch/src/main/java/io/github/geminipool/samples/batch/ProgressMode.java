package io.github.geminipool.samples.batch;

import java.util.OptionalInt;

/** How to show progress. */
enum ProgressMode {
    AUTO,
    BAR,
    LINES,
    NONE;

    private static final int USUAL_WIDTH = 80;

    /**
     * Returns the width of the bar; empty for no bar.
     *
     * @param toStandardOutput whether results go to standard output
     */
    OptionalInt barWidth(boolean toStandardOutput) {
        return switch (this) {
            case AUTO -> toStandardOutput && Terminal.isStandardOutput() ? OptionalInt.empty() : Terminal.width();
            case BAR -> {
                OptionalInt width = Terminal.width();
                yield width.isPresent() ? width : OptionalInt.of(USUAL_WIDTH);
            }
            case LINES, NONE -> OptionalInt.empty();
        };
    }
}

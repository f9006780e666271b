package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The terminal on standard error; standard input and output may be files or pipes. */
final class Terminal {

    private static final String ASK = "test -t 2 && test \"$TERM\" != dumb && stty size <&2 2>/dev/null";
    private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");
    private static final int MIN_WIDTH = 20;
    private static final int DEFAULT_WIDTH = 80;

    private Terminal() {}

    /** Returns whether standard output is a terminal, where results would interfere with the bar. */
    static boolean isStandardOutput() {
        try {
            return new ProcessBuilder("sh", "-c", "test -t 1")
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns the terminal's width; empty if standard error is not a terminal or the width is unknown. */
    static OptionalInt width() {
        try {
            // Java only knows whether both input and output are terminals.
            Process shell = new ProcessBuilder("sh", "-c", ASK)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (InputStream answer = shell.getInputStream()) {
                return width(new String(answer.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Parses rows and columns; terminals that do not know their size report 0. */
    static OptionalInt width(String size) {
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int columns = Integer.parseInt(matcher.group(1));
        return OptionalInt.of(columns < MIN_WIDTH ? DEFAULT_WIDTH : columns);
    }
}

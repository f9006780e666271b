package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The terminal behind standard error; standard input and output may be files or pipes. */
final class Terminal {

    private static final String ASK = "test -t 2 && test \"$TERM\" != dumb && stty size <&2 2>/dev/null";
    private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");
    private static final int LEAST = 20;
    private static final int USUAL = 80;

    private Terminal() {}

    /** Whether results that go to standard output would appear on a terminal, in the midst of the bar. */
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

    /** How wide it is; empty where standard error is no terminal, or that can't be found out. */
    static OptionalInt width() {
        try {
            // Java can tell no more than whether both input and output are a terminal.
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

    /** From rows and columns; terminals that don't know theirs say 0. */
    static OptionalInt width(String size) {
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int columns = Integer.parseInt(matcher.group(1));
        return OptionalInt.of(columns < LEAST ? USUAL : columns);
    }
}

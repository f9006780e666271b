package io.github.geminipool.samples.batch;

import io.github.geminipool.simulator.GeminiSimulator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Result of a run within the test's process. */
record Outcome(int exitCode, String out, String err) {

    static final String KEY = "batch-secret-1";

    /** Runs the program with a simulator that accepts {@link #KEY}. */
    static Outcome of(GeminiSimulator simulator, String input, String... args) {
        List<String> all = new ArrayList<>(List.of(
                "-Dgemini.pool.base-url=" + simulator.baseUrl(),
                "-Dgemini.pool.keys=" + KEY,
                "-Dgemini.pool.retry.initial-delay=1ms"));
        all.addAll(List.of(args));
        return of(input, all);
    }

    static Outcome of(String input, List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        int exitCode = BatchCommand.commandLine(console).execute(args.toArray(String[]::new));
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}

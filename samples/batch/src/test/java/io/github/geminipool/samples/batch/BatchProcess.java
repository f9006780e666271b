package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a separate process. */
final class BatchProcess {

    private final Process process;
    private final Path err;

    private BatchProcess(Process process, Path err) {
        this.process = process;
        this.err = err;
    }

    /** Starts the program with a simulator's URL and one key; its standard error goes to {@code err.txt}. */
    static BatchProcess start(GeminiSimulator simulator, Path folder, List<String> jvm, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Starting dominates the run time here, and this makes it faster.
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(jvm);
        command.add(BatchApplication.class.getName());
        command.addAll(List.of(args));
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(new File(err.toString()));
        builder.environment().keySet().removeIf(name -> name.startsWith("GEMINI") || name.startsWith("SPRING"));
        builder.environment().put("GEMINI_POOL_BASE_URL", simulator.baseUrl());
        builder.environment().put("GEMINI_POOL_KEYS", Outcome.KEY);
        return new BatchProcess(builder.start(), err);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** Sends SIGTERM, which has the same effect as Ctrl+C. SIGINT may be ignored, as in a shell's background jobs. */
    void terminate() {
        process.destroy();
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    int exitCode() throws Exception {
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            assertThat(err())
                    .as("standard error of the process, which did not end in time")
                    .isEmpty();
        }
        return process.exitValue();
    }
}

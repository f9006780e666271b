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

/** The program as a process of its own. */
final class BatchProcess {

    private final Process process;
    private final Path err;

    private BatchProcess(Process process, Path err) {
        this.process = process;
        this.err = err;
    }

    /** Starts it with a simulator's URL and one key; what it prints to standard error goes to {@code err.txt}. */
    static BatchProcess start(GeminiSimulator simulator, Path folder, List<String> jvm, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It starts faster so, which is most of what it does here.
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

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM, which does what Ctrl+C does. A test may run where SIGINT is ignored, as in the background of a shell. */
    void terminate() {
        process.destroy();
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    int exitCode() throws Exception {
        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            assertThat(err()).as("the process did not end in time; it said").isEmpty();
        }
        return process.exitValue();
    }
}

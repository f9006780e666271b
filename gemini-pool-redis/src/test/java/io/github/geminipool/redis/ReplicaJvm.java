package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** {@link ReplicaMain} in a JVM of its own. */
final class ReplicaJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    /** Starts it; does not wait until it has started. */
    ReplicaJvm(RedisServer server) {
        try {
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ReplicaMain.class.getName(),
                            String.valueOf(server.port())))
                    .redirectError(Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Has it do something, and returns its answer. */
    synchronized String ask(Object... words) {
        try {
            questions.write(String.join(
                    " ", List.of(words).stream().map(Object::toString).toList()));
            questions.write('\n');
            questions.flush();
            String line = answers.readLine();
            while (line != null && !line.startsWith(ReplicaMain.ANSWER)) {
                System.out.println(line);
                line = answers.readLine();
            }
            String answer = Objects.requireNonNull(line, "It has ended").substring(ReplicaMain.ANSWER.length());
            assertThat(answer).doesNotStartWith("failed");
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has it do something while this thread does something else. */
    CompletableFuture<String> askMeanwhile(Object... words) {
        return CompletableFuture.supplyAsync(() -> ask(words));
    }

    boolean says(String answer, Object... words) {
        return ask(words).equals(answer);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package io.github.geminipool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the test class path in a JVM with a small heap, which exits when it runs out of memory. */
public final class SmallHeapJvm {

    private final int mebibytes;

    private SmallHeapJvm(int mebibytes) {
        this.mebibytes = mebibytes;
    }

    /** Returns a JVM with a heap of at most this size. */
    public static SmallHeapJvm ofMebibytes(int mebibytes) {
        return new SmallHeapJvm(mebibytes);
    }

    /**
     * Runs a class and expects exit code 0.
     *
     * @return what it wrote to its standard output and error streams
     */
    public String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + mebibytes + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        System.out.println(output);
        return output;
    }
}

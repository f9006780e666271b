package io.github.geminipool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the test class path in a JVM of its own. */
public final class OtherJvm {

    private static final int FIRST_UID = 60_000;
    private static final int UIDS = 5_000;

    private final List<String> options;
    private final List<String> prefix;

    private OtherJvm(List<String> options, List<String> prefix) {
        this.options = options;
        this.prefix = prefix;
    }

    /** Returns a JVM with options such as {@code -Xmx128m}. */
    public static OtherJvm with(String... options) {
        return new OtherJvm(List.of(options), List.of());
    }

    /**
     * Returns whether the threads of a JVM can be limited here. The limit counts all threads of a user, so the JVM gets a user of
     * its own, for which root is needed.
     */
    public static boolean canLimitThreads() {
        return "root".equals(System.getProperty("user.name"))
                && Files.isExecutable(Path.of("/usr/bin/setpriv"))
                && Files.isExecutable(Path.of("/usr/bin/prlimit"));
    }

    /** Returns this JVM with at most this many threads, including its own, or as it is where they can't be limited. */
    public OtherJvm withMaxThreads(int max) {
        if (!canLimitThreads()) {
            return this;
        }
        long uid = FIRST_UID + ProcessHandle.current().pid() % UIDS;
        // It may read what root may, such as the class path.
        String capabilities = "+dac_override,+dac_read_search";
        return new OtherJvm(
                options,
                List.of(
                        "/usr/bin/setpriv",
                        "--reuid=" + uid,
                        "--regid=" + uid,
                        "--clear-groups",
                        "--inh-caps=" + capabilities,
                        "--ambient-caps=" + capabilities,
                        "/usr/bin/prlimit",
                        "--nproc=" + max));
    }

    /**
     * Runs a class and expects exit code 0.
     *
     * @return what it wrote to its standard output and error streams
     */
    public String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // It does not live long enough for the second compiler to pay.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> written = new CompletableFuture<>();
        Thread reader = new Thread(() -> written.complete(readAll(process)), "output of " + main.getSimpleName());
        reader.setDaemon(true);
        reader.start();
        String output;
        try {
            output = written.get();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            // It may hang; then the test's timeout has interrupted this thread, which reading itself would not notice.
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(output).isZero();
        System.out.println(output);
        return output;
    }

    private static String readAll(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

package io.github.geminipool.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** {@link ReplicaCalls} in a process of its own. */
final class ReplicaProcess implements AutoCloseable {

    /**
     * What a replica tells of its calls.
     *
     * @param waits how long each answered call has waited for its leases
     * @param failed number of failed calls
     * @param asks number of orders of slots
     */
    record Report(Durations waits, int failed, long asks) {}

    private final Process process;
    private final BufferedReader output;

    ReplicaProcess(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-classpath",
                System.getProperty("java.class.path"),
                ReplicaCalls.class.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        this.process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        this.output = process.inputReader();
    }

    void awaitReady() throws IOException {
        String line = output.readLine();
        while (line != null && !line.equals(ReplicaCalls.READY)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("A replica exited before it was ready");
        }
    }

    void begin() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Waits for its end. */
    Report report() {
        LongStream.Builder waited = LongStream.builder();
        int failed = 0;
        long asks = 0;
        for (String line : output.lines().toList()) {
            if (line.startsWith(ReplicaCalls.WAITED)) {
                waited.add(Long.parseLong(line.substring(ReplicaCalls.WAITED.length())));
            } else if (line.startsWith(ReplicaCalls.ASKS)) {
                asks = Long.parseLong(line.substring(ReplicaCalls.ASKS.length()));
            } else if (line.equals(ReplicaCalls.FAILED)) {
                failed++;
            }
        }
        return new Report(new Durations(waited.build().toArray()), failed, asks);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

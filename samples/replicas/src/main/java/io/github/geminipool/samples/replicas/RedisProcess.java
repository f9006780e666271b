package io.github.geminipool.samples.replicas;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The installed {@code redis-server}, on a free port of this machine. Nothing is kept of what it holds. */
final class RedisProcess implements AutoCloseable {

    private static final String READY = "Ready to accept connections";

    private final Process process;
    private final Path directory;
    private final int port;

    private RedisProcess(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    static RedisProcess start() throws IOException {
        Path directory = Files.createTempDirectory("replicas-sample");
        int port = Ports.free();
        Process process;
        try {
            process = new ProcessBuilder(List.of(
                            "redis-server",
                            "--port",
                            String.valueOf(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--dir",
                            directory.toString()))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Files.delete(directory);
            throw new IOException("This sample needs redis-server: apt-get install redis-server", e);
        }
        RedisProcess redis = new RedisProcess(process, directory, port);
        redis.awaitStart();
        return redis;
    }

    private void awaitStart() throws IOException {
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.contains(READY)) {
            line = output.readLine();
        }
        if (line == null) {
            close();
            throw new IOException("redis-server has not started");
        }
        Thread reader = new Thread(() -> ignore(output), "redis-output");
        reader.setDaemon(true);
        reader.start();
    }

    private static void ignore(BufferedReader output) {
        try {
            output.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // It has ended.
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        Files.deleteIfExists(directory);
    }
}

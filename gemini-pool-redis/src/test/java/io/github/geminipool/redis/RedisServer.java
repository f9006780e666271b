package io.github.geminipool.redis;

import io.github.geminipool.testing.Eventually;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.api.sync.RedisServerCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** A server of Debian's package, on a free port of the loopback interface. Nothing of it is left when it is closed. */
public final class RedisServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    /** All that run; the last of them end with this JVM. */
    private static final class Started {

        private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> PROCESSES.forEach(Process::destroyForcibly)));
        }

        static Process add(Process process) {
            PROCESSES.add(process);
            CompletableFuture<?> unused = process.onExit().thenRun(() -> PROCESSES.remove(process));
            return process;
        }
    }

    private final String program;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisServer(String program, Path directory, int port, List<String> options) throws IOException {
        this.program = program;
        this.directory = directory;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    /** Starts a server. */
    public static RedisServer start(String... options) {
        List<String> all =
                new ArrayList<>(List.of("--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(options));
        return start("redis-server", all, "");
    }

    /** Starts a replica of another one. */
    static RedisServer replicaOf(RedisServer primary) {
        return start("--replicaof", "127.0.0.1", String.valueOf(primary.port()));
    }

    /** Starts a Sentinel that watches a server, by the name {@code books}. */
    static RedisServer sentinelOf(RedisServer primary) {
        return start("redis-sentinel", List.of(), """
            sentinel monitor books 127.0.0.1 %d 1
            sentinel down-after-milliseconds books 500
            sentinel failover-timeout books 5000
            """.formatted(primary.port()));
    }

    /** Starts a node of a cluster that has no others yet. */
    static RedisServer clusterNode() {
        try {
            return start(
                    "--cluster-enabled", "yes",
                    "--cluster-port", String.valueOf(freePort()),
                    "--cluster-require-full-coverage", "no",
                    "--cluster-node-timeout", "1000");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes two nodes one cluster. */
    void meets(RedisServer other) {
        if (other != this) {
            String busPort = other.options.get(other.options.indexOf("--cluster-port") + 1);
            ask(redis -> redis.dispatch(
                    CommandType.CLUSTER,
                    new StatusOutput<>(StringCodec.UTF8),
                    new CommandArgs<>(StringCodec.UTF8)
                            .add("MEET")
                            .add("127.0.0.1")
                            .add(other.port)
                            .add(busPort)));
        }
    }

    private static RedisServer start(String program, List<String> options, String configuration) {
        try {
            try {
                return startOnce(program, options, configuration);
            } catch (IllegalStateException e) {
                // Somebody else may have taken the port since it was found to be free.
                return startOnce(program, options, configuration);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RedisServer startOnce(String program, List<String> options, String configuration)
            throws IOException {
        Path directory = Files.createTempDirectory("gemini-pool-redis");
        Files.writeString(directory.resolve("server.conf"), configuration);
        RedisServer server = new RedisServer(program, directory, freePort(), options);
        try {
            server.awaitStart();
            return server;
        } catch (IOException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(
                List.of(program, directory.resolve("server.conf").toString()));
        command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1", "--dir", directory.toString()));
        command.addAll(options);
        return Started.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start());
    }

    private void awaitStart() throws IOException {
        if (!Eventually.holds(() -> answers() || !process.isAlive(), START) || !process.isAlive()) {
            throw new IllegalStateException(Files.readString(directory.resolve("log")));
        }
    }

    private boolean answers() {
        try (StatefulRedisConnection<String, String> connection =
                TestClients.client(uri()).connect()) {
            return connection.sync().ping() != null;
        } catch (RedisException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    RedisURI uri() {
        return uri(port);
    }

    /** Returns the address of a server on this machine. */
    static RedisURI uri(int port) {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** Returns a client of it. */
    public RedisClient client() {
        return TestClients.client(uri());
    }

    /** Asks it something, on a connection of its own. */
    public <T> T ask(Function<RedisCommands<String, String>, T> question) {
        try (StatefulRedisConnection<String, String> connection = client().connect()) {
            return question.apply(connection.sync());
        }
    }

    /** Returns what it would write to a disk. */
    byte[] dump() {
        ask(RedisServerCommands::save);
        try {
            return Files.readAllBytes(directory.resolve("dump.rdb"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it as a machine that hangs: its connections stay. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** Ends it at once. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Starts it again on its port, without what was in it. */
    public void restart() {
        try {
            process = launch();
            awaitStart();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The server does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.github.geminipool.samples.replicas;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Redis, a simulated Gemini, and two replicas of an application, each in a process of its own. */
public final class ReplicasDemo implements AutoCloseable {

    private static final List<String> NAMES = List.of("one", "two");

    private final RedisProcess redis;
    private final GeminiSimulator gemini;
    private final List<Process> replicas = new ArrayList<>();

    /**
     * Starts all of them.
     *
     * @param requestsPerMinute the limit of each project
     * @param ports of the replicas
     * @param arguments further ones of the replicas
     */
    ReplicasDemo(int requestsPerMinute, List<Integer> ports, String... arguments) throws IOException {
        redis = RedisProcess.start();
        try {
            gemini = simulator(requestsPerMinute);
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
        try {
            startReplicas(requestsPerMinute, ports, arguments);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static GeminiSimulator simulator(int requestsPerMinute) {
        return GeminiSimulator.builder()
                .key("simulated-north", key -> key.project("north"))
                .key("simulated-south", key -> key.project("south"))
                .quota(Quota.requestsPerMinute(requestsPerMinute))
                .latency(Latency.uniform(Duration.ofMillis(80), Duration.ofMillis(250)))
                .start();
    }

    private void startReplicas(int requestsPerMinute, List<Integer> ports, String... arguments) throws IOException {
        String addresses =
                ports.stream().map(port -> "http://localhost:" + port).collect(Collectors.joining(","));
        for (int i = 0; i < ports.size(); i++) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    ReplicaApplication.class.getName(),
                    "--server.port=" + ports.get(i),
                    "--replicas.name=" + NAMES.get(i),
                    "--replicas.addresses=" + addresses,
                    "--spring.data.redis.host=127.0.0.1",
                    "--spring.data.redis.port=" + redis.port(),
                    "--gemini.pool.base-url=" + gemini.baseUrl(),
                    "--gemini.pool.limits.requests-per-minute=" + requestsPerMinute));
            command.addAll(List.of(arguments));
            Process replica =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            replicas.add(replica);
            String name = NAMES.get(i);
            Thread output = new Thread(() -> print(name, replica.inputReader()), "output-of-" + name);
            output.setDaemon(true);
            output.start();
        }
    }

    private static void print(String name, BufferedReader lines) {
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(name + " | " + line);
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    GeminiSimulator gemini() {
        return gemini;
    }

    List<Process> replicas() {
        return replicas;
    }

    @Override
    public void close() throws IOException {
        replicas.forEach(Process::destroy);
        replicas.forEach(replica -> replica.onExit().join());
        gemini.close();
        redis.close();
    }

    private static void closeQuietly(ReplicasDemo demo) {
        try {
            demo.close();
        } catch (IOException e) {
            System.err.println("Redis has left something: " + e.getMessage());
        }
    }

    /** Runs until it is interrupted. */
    public static void main(String[] args) throws IOException {
        ReplicasDemo demo = new ReplicasDemo(40, List.of(8081, 8082));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeQuietly(demo)));
        System.out.println("Two replicas share two projects of 40 requests a minute, open http://localhost:8081");
        demo.replicas().forEach(replica -> replica.onExit().join());
    }
}

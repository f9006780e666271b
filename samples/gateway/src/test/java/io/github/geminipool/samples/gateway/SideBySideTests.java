package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;

import io.github.geminipool.simulator.cli.SimulatorMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The gateway, Portkey's, and a direct connection, in turn before the same simulator; each server is a process of its own. Prints a table.
 * Run it on a machine that does nothing else.
 */
@EnabledIfSystemProperty(named = "gateway.side-by-side", matches = "true")
@Timeout(900)
class SideBySideTests {

    private static final int ALONE_WARM_UP = 500;
    private static final int ALONE = 1_000;
    private static final int ROUNDS = 5;
    private static final int CALLERS = 16;
    private static final long WARM_UP_MILLIS = 5_000;
    private static final int MOST_WARM_UPS = 36;
    private static final long ROUND_MILLIS = 2_000;

    private static final String BODY =
            "{\"model\":\"gemini-2.5-flash\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":STREAM}";

    /** How a request reaches the simulator. */
    private record Way(String name, ProcessHandle process, int port, String head) {

        PlainCaller caller(boolean streams) throws IOException {
            return new PlainCaller(port, head, BODY.replace("STREAM", String.valueOf(streams)));
        }
    }

    /**
     * What was measured.
     *
     * @param whole median time until the last byte, in microseconds
     * @param first median time until the first byte of the body, in microseconds
     * @param perSecond median of the rounds with many callers
     * @param cpu median CPU time of the process that the callers talk to, in microseconds for each call
     */
    private record Measured(double whole, double first, double perSecond, double cpu) {}

    /** A round with many callers. */
    private record Round(double perSecond, double cpu) {}

    private final Map<String, Measured> json = new LinkedHashMap<>();
    private final Map<String, Measured> streams = new LinkedHashMap<>();

    @Test
    void addsLessThanAnotherGateway() throws Exception {
        NpmPackages portkey = NpmPackages.installed("portkey");
        Process simulator = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        System.getProperty("java.class.path"),
                        SimulatorMain.class.getName(),
                        "--port=0",
                        "--key=" + KEY_ONE)
                .redirectErrorStream(true)
                .start();
        int portkeyPort = freePort();
        Process rival = portkey.node(
                        "node_modules/@portkey-ai/gateway/build/start-server.js", "--port=" + portkeyPort, "--headless")
                .redirectOutput(portkey.directory().resolve("portkey.log").toFile())
                .start();
        try {
            String gemini = baseUrl(simulator.inputReader());
            try (GatewayProcess gateway = GatewayProcess.start(
                    gemini,
                    List.of(),
                    "--gateway.clients[0].name=alice",
                    "--gateway.clients[0].token=" + ALICE,
                    "--gateway.owners-file=" + portkey.directory().resolve("owners.txt"))) {
                String bearer = "Authorization: Bearer " + KEY_ONE + "\r\n";
                List<Way> ways = List.of(
                        new Way(
                                "direct",
                                simulator.toHandle(),
                                URI.create(gemini).getPort(),
                                "POST /v1beta/openai/chat/completions HTTP/1.1\r\n" + bearer),
                        new Way(
                                "this gateway",
                                gateway.handle(),
                                gateway.port(),
                                "POST /openai/v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer " + ALICE + "\r\n"),
                        // Its provider "openai", which would pass the same request on, fails with streams.
                        new Way(
                                "Portkey",
                                rival.toHandle(),
                                portkeyPort,
                                "POST /v1/chat/completions HTTP/1.1\r\n"
                                        + "x-portkey-provider: google\r\n"
                                        + "x-portkey-custom-host: "
                                        + gemini + "\r\n" + bearer));
                measure(ways, false, json);
                measure(ways, true, streams);
            }
        } finally {
            rival.destroyForcibly().waitFor();
            simulator.destroyForcibly().waitFor();
        }
        String table = table();
        System.out.println(table);
        Files.writeString(Path.of("target/side-by-side.md"), table);
        assertAims();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String baseUrl(BufferedReader output) throws IOException {
        String greeting = "listening on ";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains(greeting)) {
                return line.substring(line.indexOf(greeting) + greeting.length())
                        .strip();
            }
        }
        throw new IOException("The simulator did not start");
    }

    private static void measure(List<Way> ways, boolean streams, Map<String, Measured> results) throws Exception {
        for (Way way : ways) {
            warmUp(way, streams);
        }
        alone(ways, streams, ALONE_WARM_UP);
        long[][][] alone = alone(ways, streams, ALONE);
        Round[][] rounds = new Round[ways.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int way = 0; way < ways.size(); way++) {
                rounds[way][round] = round(ways.get(way), streams, ROUND_MILLIS);
            }
        }
        for (int way = 0; way < ways.size(); way++) {
            results.put(
                    ways.get(way).name(),
                    new Measured(
                            median(alone[way][1]),
                            median(alone[way][0]),
                            median(rounds[way], Round::perSecond),
                            median(rounds[way], Round::cpu)));
        }
    }

    /** Calls until nothing gets faster: the callers take the processors that the compiler of a JVM needs. */
    private static void warmUp(Way way, boolean streams) throws Exception {
        double best = 0;
        int noFaster = 0;
        for (int i = 0; i < MOST_WARM_UPS && noFaster < 4; i++) {
            double perSecond = round(way, streams, WARM_UP_MILLIS).perSecond();
            noFaster = perSecond > best * 1.02 ? 0 : noFaster + 1;
            best = Math.max(best, perSecond);
        }
    }

    private static double median(Round[] rounds, ToDoubleFunction<Round> figure) {
        return Arrays.stream(rounds).mapToDouble(figure).sorted().toArray()[rounds.length / 2];
    }

    /** Returns how long each of one caller's calls took, until the first byte and until the last; the ways take turns. */
    private static long[][][] alone(List<Way> ways, boolean streams, int calls) throws IOException {
        long[][][] took = new long[ways.size()][2][calls];
        List<PlainCaller> callers = new ArrayList<>();
        try {
            for (Way way : ways) {
                callers.add(way.caller(streams));
            }
            for (int i = 0; i < calls; i++) {
                for (int way = 0; way < ways.size(); way++) {
                    PlainCaller.Took call = callers.get(way).call();
                    took[way][0][i] = call.first();
                    took[way][1][i] = call.whole();
                }
            }
        } finally {
            for (PlainCaller caller : callers) {
                caller.close();
            }
        }
        return took;
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1e3;
    }

    private static Round round(Way way, boolean streams, long millis) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            long cpu = cpuMicros(way);
            long start = System.nanoTime();
            long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
            Callable<Integer> calls = () -> {
                int done = 0;
                try (PlainCaller caller = way.caller(streams)) {
                    while (System.nanoTime() < end) {
                        caller.call();
                        done++;
                    }
                }
                return done;
            };
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                running.add(threads.submit(calls));
            }
            int done = 0;
            for (Future<Integer> caller : running) {
                done += caller.get();
            }
            return new Round(
                    done * 1e9 / (System.nanoTime() - start), (cpuMicros(way) - cpu) / (double) Math.max(1, done));
        } finally {
            threads.shutdownNow();
        }
    }

    private static long cpuMicros(Way way) {
        return way.process().info().totalCpuDuration().orElseThrow().toNanos() / 1_000;
    }

    private String table() {
        StringBuilder table =
                new StringBuilder("| | JSON, median | added | JSON, 16 callers | CPU of each | first token, median"
                        + " | added | stream, median | streams, 16 callers | CPU of each |\n"
                        + "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        Measured directJson = of("direct", json);
        Measured directStream = of("direct", streams);
        json.forEach((name, measured) -> {
            Measured stream = of(name, streams);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f ms | %.2f ms | %,.0f/s | %.2f ms | %.2f ms | %.2f ms | %.2f ms | %,.0f/s | %.2f ms"
                            + " |%n",
                    name,
                    measured.whole() / 1e3,
                    (measured.whole() - directJson.whole()) / 1e3,
                    measured.perSecond(),
                    measured.cpu() / 1e3,
                    stream.first() / 1e3,
                    (stream.first() - directStream.first()) / 1e3,
                    stream.whole() / 1e3,
                    stream.perSecond(),
                    stream.cpu() / 1e3));
        });
        return table.toString();
    }

    private static Measured of(String name, Map<String, Measured> results) {
        return Objects.requireNonNull(results.get(name));
    }

    private void assertAims() {
        SoftAssertions aims = new SoftAssertions();
        aims.assertThat(of("this gateway", json).whole() - of("direct", json).whole())
                .as("JSON, µs more")
                .isLessThan(1_000);
        aims.assertThat(of("this gateway", streams).first()
                        - of("direct", streams).first())
                .as("first token, µs more")
                .isLessThan(2_000);
        for (Map<String, Measured> results : List.of(json, streams)) {
            Measured direct = of("direct", results);
            Measured own = of("this gateway", results);
            Measured rival = of("Portkey", results);
            aims.assertThat(own.perSecond()).as("a quarter of direct").isGreaterThan(direct.perSecond() / 4);
            aims.assertThat(own.whole()).as("median").isLessThan(rival.whole());
            aims.assertThat(own.perSecond()).as("three times Portkey's").isGreaterThan(3 * rival.perSecond());
        }
        aims.assertAll();
    }
}

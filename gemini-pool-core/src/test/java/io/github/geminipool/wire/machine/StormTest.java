package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.testing.OtherJvm;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything at once, at random times: connections that are reset, cut or silent, over HTTP/1.1 and HTTP/2, slow handshakes, no
 * memory, threads that can't be started, interrupts of every thread of the pool and of its callers. At the end every instance is back, every caller was answered, the timer lives, the pool has counted what the
 * server has seen, and no key was shown.
 *
 * <p>Takes some seconds, and ten minutes in the profile {@code soak}; {@code storm.seconds} and {@code storm.seed} change that.
 */
@Tag("alone")
@Tag("volume")
@Tag("slow")
class StormTest {

    private static final Duration TIME = Duration.ofSeconds(Long.getLong("storm.seconds", 6));
    private static final long SEED = Long.getLong("storm.seed", 1);

    private static final int MAX_THREADS = 250;

    private static final String TEXT = "x".repeat(2_000);
    private static final String ANSWER =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + TEXT + "\"}]},\"finishReason\":\"STOP\"}]}";
    private static final String LARGE = ANSWER.replace(TEXT, "x".repeat(3_000_000));
    private static final String PART = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]}}]}\r\n\r\n";
    private static final String LAST = "data: " + ANSWER + "\r\n\r\n";

    private final Random random = new Random(SEED);
    private final AtomicInteger seen = new AtomicInteger();

    @Test
    @Timeout(900)
    void nothingIsLeftOfAStorm() throws Exception {
        System.out.println("storm.seed=" + SEED + " storm.seconds=" + TIME.toSeconds());
        try (SocketServer server = new SocketServer(this::answer);
                Http2Storm shared = new Http2Storm(SEED)) {
            String output = OtherJvm.with(
                            "-Xmx96m",
                            "-XX:+UseSerialGC",
                            "-XX:-UsePerfData",
                            "-Xlog:os+thread=off",
                            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=1")
                    .withMaxThreads(MAX_THREADS)
                    .run(
                            StormCaller.class,
                            server.url().toString(),
                            shared.url(),
                            shared.certificate(),
                            String.valueOf(OtherJvm.canLimitThreads()),
                            String.valueOf(SEED),
                            String.valueOf(TIME.toSeconds()));
            Map<String, Long> said = output.lines()
                    .filter(line -> line.startsWith("> "))
                    .map(line -> line.substring(2).split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> Long.parseLong(pair[1])));
            Function<String, Long> of = name -> said.getOrDefault(name, -1L);
            assertThat(of.apply("calls")).isGreaterThan(20).isEqualTo(of.apply("answered"));
            assertThat(of.apply("instances in use")).isZero();
            assertThat(of.apply("calls not ended")).isZero();
            assertThat(of.apply("waiting")).isZero();
            assertThat(of.apply("late by seconds")).isBetween(0L, 4L);
            assertThat(of.apply("idle instances")).isEqualTo(2L * StormCaller.INSTANCES);
            assertThat(of.apply("answered over HTTP/2 in the end")).isEqualTo(1);
            assertThat(of.apply("times without a thread")).isEqualTo(OtherJvm.canLimitThreads() ? 1 : 0);
            assertThat(shared.faults())
                    .as("faults over HTTP/2, of all kinds")
                    .isGreaterThanOrEqualTo(Http2Storm.Fault.values().length);
            long processed = (long) seen.get() + shared.processed();
            // A request that was cut off while it was sent counts as sent, and may not have been received whole.
            assertThat(of.apply("sent")).isBetween(processed, processed + of.apply("sent without an answer"));
            assertThat(output).doesNotContain(StormCaller.secretPart());
        }
    }

    private int chance() {
        synchronized (random) {
            return random.nextInt(100);
        }
    }

    private boolean answer(String request, Socket client) throws IOException {
        seen.incrementAndGet();
        boolean stream = request.contains("alt=sse");
        if (request.contains("models/stalls")) {
            return client.getInputStream().read() >= 0;
        } else if (!request.contains("models/calm")) {
            int chance = chance();
            if (chance < 40) {
                return fault(chance, client, stream);
            }
        }
        write(client, stream, ANSWER);
        return true;
    }

    private static void write(Socket client, boolean stream, String json) throws IOException {
        if (stream) {
            SocketServer.write(client, "text/event-stream", PART + PART + LAST);
        } else {
            SocketServer.write(client, "application/json", json);
        }
    }

    private static boolean fault(int chance, Socket client, boolean stream) throws IOException {
        if (chance < 5) {
            SocketServer.reset(client);
        } else if (chance < 10) {
            SocketServer.write(client, SocketServer.head("application/json", "Content-Length: " + ANSWER.length()));
            SocketServer.write(client, ANSWER.substring(0, ANSWER.length() / 2));
            SocketServer.reset(client);
        } else if (chance < 15) {
            SocketServer.write(client, SocketServer.head("text/event-stream", "Transfer-Encoding: chunked"));
            SocketServer.write(client, SocketServer.chunk(PART));
        } else if (chance < 20) {
            // Silent, as a connection that a firewall has dropped.
            return client.getInputStream().read() >= 0;
        } else if (chance < 25) {
            SocketServer.write(client, "text/event-stream", PART + PART);
        } else if (chance < 30) {
            SocketServer.write(client, "text/html", "<html>a proxy</html>");
        } else {
            write(client, stream, LARGE);
        }
        return false;
    }
}

package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever a server does, a call with a deadline fails at the deadline and not much later. Real time, because sockets must
 * release threads. The property {@code deadline.calls} says how many calls; the profile {@code soak} makes 1,000.
 */
@Tag("alone")
@Tag("volume")
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(120)
class DeadlineWireTest {

    private static final int CALLS = Integer.getInteger("deadline.calls", 240);
    private static final int AT_A_TIME = 16;

    /**
     * The SDK reads the bodies of asynchronous calls on the common pool. From Java 25 on that pool has a single thread on two
     * processors, and a slow body occupies it: other callers then wait for the SDK, not for the pool.
     */
    private static final boolean ONE_READER =
            Runtime.version().feature() >= 25 && ForkJoinPool.getCommonPoolParallelism() < 2;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    /** Behaviour of a server towards each connection. */
    private enum Behaviour {
        HANGS {
            @Override
            void serve(Socket client) throws IOException {
                var unused = RawRequest.read(client.getInputStream());
                var unusedEnd = client.getInputStream().read();
            }
        },
        RESETS {
            @Override
            void serve(Socket client) throws IOException {
                var unused = RawRequest.read(client.getInputStream());
                client.setSoLinger(true, 0);
            }
        },
        DRIPS {
            @Override
            void serve(Socket client) throws IOException {
                boolean stream = RawRequest.read(client.getInputStream()).contains("alt=sse");
                OutputStream out = client.getOutputStream();
                String type = stream ? "text/event-stream" : "application/json";
                out.write(ascii("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n"));
                String begin = (stream ? "data: " : "") + "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"";
                for (int i = 0; ; i++) {
                    out.write(ascii("1\r\n" + (i < begin.length() ? begin.charAt(i) : 'x') + "\r\n"));
                    out.flush();
                    LockSupport.parkNanos(3_000_000);
                }
            }
        },
        NEVER_ACCEPTS {
            @Override
            void serve(Socket client) {
                throw new AssertionError("accepted");
            }
        };

        abstract void serve(Socket client) throws IOException;

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final class Server implements AutoCloseable {

        private final Behaviour behaviour;
        private final ServerSocket socket;
        private final List<Socket> fillers = new ArrayList<>();

        Server(Behaviour behaviour) throws IOException {
            this.behaviour = behaviour;
            boolean accepts = behaviour != Behaviour.NEVER_ACCEPTS;
            socket = new ServerSocket(0, accepts ? 50 : 1, InetAddress.getLoopbackAddress());
            if (accepts) {
                daemon(this::accept);
            } else {
                fillUp();
            }
        }

        /** Fills the backlog until connecting times out. */
        private void fillUp() throws IOException {
            while (true) {
                Socket filler = new Socket();
                try {
                    filler.connect(socket.getLocalSocketAddress(), 300);
                    fillers.add(filler);
                    assertThat(fillers).as("connections of a queue of one").hasSizeLessThan(10);
                } catch (SocketTimeoutException e) {
                    filler.close();
                    return;
                }
            }
        }

        private void accept() {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    client.setTcpNoDelay(true);
                    daemon(() -> serve(client));
                } catch (IOException e) {
                    // The test has ended.
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                behaviour.serve(client);
            } catch (IOException e) {
                // The client has gone.
            }
        }

        private static void daemon(Runnable task) {
            Thread thread = new Thread(task, "raw-server");
            thread.setDaemon(true);
            thread.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    /** The forms of call, all of which throw. */
    private enum Asked {
        SYNC {
            @Override
            void ask(GeminiPool pool, GenerationRequest request) {
                pool.generateContent(request);
            }
        },
        ASYNC {
            @Override
            void ask(GeminiPool pool, GenerationRequest request) {
                pool.generateContentAsync(request).join();
            }
        },
        STREAM {
            @Override
            void ask(GeminiPool pool, GenerationRequest request) {
                try (GenerationStream stream = pool.generateContentStream(request)) {
                    stream.forEach(part -> assertThat(part).isNotNull());
                }
            }
        };

        abstract void ask(GeminiPool pool, GenerationRequest request);
    }

    /** A call that has ended, and how long after its deadline (negative: before it). */
    private record Ended(
            Behaviour behaviour,
            Asked asked,
            long dueNanos,
            long lateNanos,
            @Nullable Throwable thrown) {}

    /** Records when this machine suspended idle threads, so that other work on it does not count as lateness. */
    private static final class Stalls implements AutoCloseable {

        private static final int WATCHES = 4;
        private static final long STALL = 5_000_000;

        private record Stall(long from, long to) {}

        private final Queue<Stall> stalls = new ConcurrentLinkedQueue<>();
        private volatile boolean over;

        Stalls() {
            for (int i = 0; i < WATCHES; i++) {
                Thread watch = new Thread(this::watch, "stalls-" + i);
                watch.setDaemon(true);
                watch.start();
            }
        }

        private void watch() {
            while (!over) {
                long from = System.nanoTime();
                LockSupport.parkNanos(1_000_000);
                long to = System.nanoTime();
                if (to - from > STALL) {
                    stalls.add(new Stall(from, to));
                }
            }
        }

        /** Returns the longest stall in a period, or 0. */
        long longest(long from, long to) {
            return stalls.stream()
                    .filter(stall -> stall.to >= from && stall.from <= to)
                    .mapToLong(stall -> stall.to - stall.from)
                    .max()
                    .orElse(0);
        }

        long worst() {
            return longest(Long.MIN_VALUE, Long.MAX_VALUE);
        }

        /** Returns how late a call was, without the machine's stalls. */
        long late(Ended call) {
            long late = call.lateNanos();
            return late <= 0 ? late : late - longest(call.dueNanos(), call.dueNanos() + late);
        }

        @Override
        public void close() {
            over = true;
        }
    }

    private record Target(Server server, GeminiPool pool) implements AutoCloseable {

        static Target of(Behaviour behaviour) throws IOException {
            Server server = new Server(behaviour);
            GeminiPoolBuilder builder = GeminiPool.builder().key(PoolInvariants.secretOf("one"));
            // Few instances, so that some calls also wait for one.
            GeminiPoolSettings settings =
                    builder.settings().withBaseUrl(server.url()).withSize(4);
            return new Target(server, builder.settings(settings).build());
        }

        Ended ask(Asked asked, Duration deadline) {
            GenerationRequest request = GenerationRequest.of("Hi").model("m").deadline(deadline);
            long start = System.nanoTime();
            Throwable thrown = catchThrowable(() -> asked.ask(pool, request));
            long due = start + deadline.toNanos();
            return new Ended(server.behaviour, asked, due, System.nanoTime() - due, thrown);
        }

        @Override
        public void close() throws IOException {
            Eventually.await(
                    "all leases are back", () -> pool.stats().active() == 0 && PoolProbe.activeCalls(pool) == 0);
            pool.close();
            server.close();
        }
    }

    @Test
    @Tag("once")
    void isKeptAgainstServersThatNeverAnswer() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME);
        List<Ended> ended;
        Stalls stalls = new Stalls();
        try (stalls;
                Target hangs = Target.of(Behaviour.HANGS);
                Target resets = Target.of(Behaviour.RESETS);
                Target drips = Target.of(Behaviour.DRIPS);
                Target neverAccepts = Target.of(Behaviour.NEVER_ACCEPTS)) {
            List<Target> targets = List.of(hangs, resets, drips, neverAccepts);
            // Warm-up: loading classes must not count as lateness.
            var unused = all(callers, targets, 64, new Random(1));
            ended = all(callers, targets, CALLS, new Random(2));
        } finally {
            callers.shutdown();
        }
        report(ended);
        System.out.printf("this machine's own longest stall: %d µs%n", stalls.worst() / 1_000);
        assertThat(ended)
                .hasSize(CALLS)
                .allSatisfy(call -> assertThat(call.thrown()).isNotNull());
        assertThat(ended)
                .filteredOn(call -> call.behaviour() != Behaviour.RESETS)
                .as("only a reset is a reason to end before the deadline")
                .allMatch(call -> call.lateNanos() >= 0);
        long[] late = ended.stream().mapToLong(stalls::late).sorted().toArray();
        assertThat(Duration.ofNanos(late[CALLS * 99 / 100 - 1]))
                .as("99 % of the calls")
                .isLessThanOrEqualTo(Duration.ofMillis(50));
        assertThat(Duration.ofNanos(late[CALLS - 1])).as("all calls").isLessThanOrEqualTo(Duration.ofMillis(250));
    }

    private static List<Ended> all(ExecutorService callers, List<Target> targets, int count, Random random)
            throws Exception {
        List<Callable<Ended>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Target target = targets.get(i % targets.size());
            Asked form = Asked.values()[i / targets.size() % Asked.values().length];
            boolean holdsReader = ONE_READER && target.server().behaviour == Behaviour.DRIPS;
            Asked asked = holdsReader && form == Asked.ASYNC ? Asked.SYNC : form;
            Duration deadline = Duration.ofMillis(100 + random.nextInt(301));
            calls.add(() -> target.ask(asked, deadline));
        }
        List<Ended> ended = new ArrayList<>();
        for (Future<Ended> each : callers.invokeAll(calls)) {
            ended.add(each.get());
        }
        return ended;
    }

    private static void report(List<Ended> ended) {
        for (Behaviour behaviour : Behaviour.values()) {
            for (Asked asked : Asked.values()) {
                long[] late = ended.stream()
                        .filter(call -> call.behaviour() == behaviour && call.asked() == asked)
                        .mapToLong(call -> call.lateNanos() / 1_000)
                        .sorted()
                        .toArray();
                if (late.length == 0) {
                    continue;
                }
                System.out.printf(
                        "%-13s %-6s %4d calls, late by µs: 50 %% %7d, 99 %% %7d, most %7d%n",
                        behaviour,
                        asked,
                        late.length,
                        late[late.length / 2],
                        late[late.length * 99 / 100],
                        late[late.length - 1]);
            }
        }
    }
}

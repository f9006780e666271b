package io.github.geminipool.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On the loopback addresses 127.0.0.1 (alive), 127.0.0.2 (refuses) and 127.0.0.3 (answers nothing). */
@Tag("alone")
@Timeout(60)
class FallbackSocketTest {

    private static final String HOST = "gemini.test";

    private final AtomicLong nanos = new AtomicLong();
    private final List<Socket> fillers = new ArrayList<>();
    private ServerSocket alive;
    private ServerSocket full;
    private List<InetAddress> resolved = List.of();
    private final Addresses addresses = new Addresses(host -> resolved, nanos::get);

    @BeforeEach
    void start() throws IOException {
        alive = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        full = new ServerSocket(alive.getLocalPort(), 1, InetAddress.getByName("127.0.0.3"));
        // A queue that is full drops what comes.
        for (int i = 0; i < 8; i++) {
            Socket filler = new Socket();
            fillers.add(filler);
            if (catchThrowable(() -> filler.connect(full.getLocalSocketAddress(), 100)) != null) {
                break;
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket filler : fillers) {
            filler.close();
        }
        full.close();
        alive.close();
    }

    private void resolve(String... names) throws IOException {
        List<InetAddress> all = new ArrayList<>();
        for (String name : names) {
            all.add(InetAddress.getByName(name));
        }
        resolved = all;
        addresses.lookup(HOST);
    }

    private InetSocketAddress endpoint(String name) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(name), alive.getLocalPort());
    }

    /** Returns the address to which a socket for another one is connected. */
    private String connected(String name, int timeoutMillis) throws IOException {
        try (FallbackSocket socket = new FallbackSocket(addresses, Duration.ofSeconds(1), nanos::get)) {
            socket.setSoTimeout(1234);
            socket.connect(endpoint(name), timeoutMillis);
            assertThat(socket.getSoTimeout()).isEqualTo(1234);
            assertThat(socket.isConnected()).isTrue();
            return socket.getInetAddress().getHostAddress();
        }
    }

    @Test
    void takesTheNextAddressAfterARefusal() throws IOException {
        resolve("127.0.0.2", "127.0.0.1");
        assertThat(connected("127.0.0.2", 10_000)).isEqualTo("127.0.0.1");
    }

    @Test
    void doesNotWaitLongForADeadAddress() throws IOException {
        resolve("127.0.0.3", "127.0.0.1");
        long since = System.nanoTime();
        assertThat(connected("127.0.0.3", 10_000)).isEqualTo("127.0.0.1");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void remembersADeadAddressForAMinute() throws IOException {
        resolve("127.0.0.2", "127.0.0.1");
        connected("127.0.0.2", 10_000);
        assertThat(addresses.lookup(HOST))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("127.0.0.1", "127.0.0.2");
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(addresses.lookup(HOST))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("127.0.0.2", "127.0.0.1");
    }

    @Test
    void failsWhenAllRefuse() throws IOException {
        resolve("127.0.0.2", "127.0.0.4");
        assertThat(catchThrowable(() -> connected("127.0.0.2", 10_000))).isInstanceOf(ConnectException.class);
    }

    @Test
    void keepsTheTimeout() throws IOException {
        resolve("127.0.0.3", "127.0.0.2");
        long since = System.nanoTime();
        assertThat(catchThrowable(() -> connected("127.0.0.3", 700))).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anAddressOfNoKnownHostIsTheOnlyOne() throws IOException {
        assertThat(connected("127.0.0.1", 10_000)).isEqualTo("127.0.0.1");
        assertThat(catchThrowable(() -> connected("127.0.0.2", 10_000))).isInstanceOf(ConnectException.class);
    }

    @Test
    void aClosedSocketDoesNotConnect() throws IOException {
        resolve("127.0.0.2", "127.0.0.1");
        FallbackSocket socket = new FallbackSocket(addresses, Duration.ofSeconds(1), nanos::get);
        socket.close();
        assertThat(catchThrowable(() -> socket.connect(endpoint("127.0.0.2"), 1000)))
                .isInstanceOf(IOException.class);
        assertThat(socket.isClosed()).isTrue();
    }
}

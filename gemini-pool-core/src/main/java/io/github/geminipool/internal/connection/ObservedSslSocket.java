package io.github.geminipool.internal.connection;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/** A TLS socket that limits the time of its handshake and notices when the server asks for fewer pings. OkHttp offers neither. */
final class ObservedSslSocket extends ForwardingSslSocket {

    private final Socket raw;
    private final Duration handshakeTimeout;
    private final PingPace pings;
    private final Duration pingInterval;
    private volatile boolean askedForFewerPings;

    /**
     * Creates a socket.
     *
     * @param raw the socket under the TLS socket
     * @param handshakeTimeout the time limit of the handshake; 0 for none
     */
    ObservedSslSocket(SSLSocket tls, Socket raw, Duration handshakeTimeout, PingPace pings) {
        super(tls);
        this.raw = raw;
        this.handshakeTimeout = handshakeTimeout;
        this.pings = pings;
        this.pingInterval = pings.interval();
    }

    /** Returns whether the server ended the connection because of too many pings. */
    boolean isAskedForFewerPings() {
        return askedForFewerPings;
    }

    @Override
    public void startHandshake() throws IOException {
        if (handshakeTimeout.isZero()) {
            super.startHandshake();
            return;
        }
        // For each single read; the other timeout ends a server that trickles bytes. OkHttp sets its own after the
        // handshake.
        raw.setSoTimeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, handshakeTimeout.toMillis())));
        Limit limit = new Limit(raw);
        limit.timeout(handshakeTimeout.toNanos(), TimeUnit.NANOSECONDS);
        limit.enter();
        boolean isLate;
        try {
            super.startHandshake();
        } catch (IOException e) {
            if (limit.isOver()) {
                throw tooLate(e);
            }
            throw e;
        } finally {
            isLate = limit.exit();
        }
        if (isLate) {
            throw tooLate(null);
        }
    }

    private SocketTimeoutException tooLate(@Nullable IOException cause) {
        SocketTimeoutException timeout =
                new SocketTimeoutException("The TLS handshake took longer than the connect timeout");
        if (cause != null) {
            timeout.initCause(cause);
        }
        return timeout;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream in = tls().getInputStream();
        return "h2".equals(tls().getApplicationProtocol()) ? new Scanned(in) : in;
    }

    private void noticed() {
        askedForFewerPings = true;
        pings.widen(pingInterval);
    }

    /** Closes the socket under the TLS socket, because the latter's own close might wait for the handshake. */
    private static final class Limit extends AsyncTimeout {

        private final Socket raw;
        private volatile boolean over;

        Limit(Socket raw) {
            this.raw = raw;
        }

        boolean isOver() {
            return over;
        }

        @Override
        protected void timedOut() {
            over = true;
            try {
                raw.close();
            } catch (IOException e) {
                // Closed or not, the handshake fails.
            }
        }
    }

    private final class Scanned extends FilterInputStream {

        private final GoAwayScan scan = new GoAwayScan();

        Scanned(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            int read = in.read(bytes, offset, count);
            if (read > 0 && scan.passed(bytes, offset, read)) {
                noticed();
            }
            return read;
        }
    }
}

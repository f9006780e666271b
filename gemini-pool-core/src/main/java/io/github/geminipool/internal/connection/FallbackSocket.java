package io.github.geminipool.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A socket that connects to the first of a host's addresses that accepts. Each address in turn gets a short time, and a longer one
 * in the next round: a dead address costs a fraction of a second instead of the whole connect timeout, and no thread.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // The socket behind it synchronizes.
final class FallbackSocket extends TunnelSocket {

    private static final int FIRST_ROUND_MILLIS = 250;
    private static final int GROWTH = 4;

    private final Addresses addresses;
    private volatile boolean closed;
    private int readTimeout;

    FallbackSocket(Addresses addresses, Duration tunnelTimeout, LongSupplier nanos) {
        super(tunnelTimeout, nanos);
        this.addresses = addresses;
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        readTimeout = millis;
        super.setSoTimeout(millis);
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        List<InetAddress> candidates = endpoint instanceof InetSocketAddress inet && inet.getAddress() != null
                ? addresses.alternativesTo(inet.getAddress())
                : List.of();
        if (candidates.size() < 2) {
            socket().connect(endpoint, timeoutMillis);
        } else {
            connect(candidates, ((InetSocketAddress) endpoint).getPort(), timeoutMillis);
        }
    }

    private void connect(List<InetAddress> candidates, int port, int timeoutMillis) throws IOException {
        long left = timeoutMillis == 0 ? Long.MAX_VALUE : timeoutMillis;
        long round = FIRST_ROUND_MILLIS;
        while (true) {
            IOException failure = null;
            boolean timedOut = false;
            for (InetAddress candidate : candidates) {
                int limit = (int) Math.min(Math.min(round, left), Integer.MAX_VALUE);
                failure = attempt(new InetSocketAddress(candidate, port), limit);
                if (failure == null) {
                    return;
                }
                if (failure instanceof SocketTimeoutException) {
                    timedOut = true;
                    left -= limit;
                    if (left <= 0) {
                        throw failure;
                    }
                }
            }
            if (!timedOut && failure != null) {
                throw failure;
            }
            round *= GROWTH;
        }
    }

    /** Returns why the connection failed; null if it succeeded. */
    private @Nullable IOException attempt(InetSocketAddress candidate, int limitMillis) throws IOException {
        try {
            socket().connect(candidate, limitMillis);
            addresses.connected(candidate.getAddress());
            return null;
        } catch (IOException e) {
            if (closed) {
                throw e;
            }
            addresses.failed(candidate.getAddress());
            beginAnew();
            return e;
        }
    }

    /** A socket that failed to connect can't be used again. */
    private void beginAnew() throws IOException {
        socket().close();
        Socket next = new Socket();
        next.setSoTimeout(readTimeout);
        become(next);
        if (closed) {
            next.close();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        super.close();
    }
}

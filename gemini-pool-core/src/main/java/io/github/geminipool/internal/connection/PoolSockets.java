package io.github.geminipool.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;

/** Makes sockets that {@linkplain FallbackSocket fall back} to a host's next address, unless OkHttp does so itself. Thread-safe. */
final class PoolSockets extends SocketFactory {

    private final Addresses addresses;
    private final Duration tunnelTimeout;
    private final LongSupplier nanos;
    private final boolean fallBack = !isFallbackNeedless();

    /**
     * Creates a factory.
     *
     * @param tunnelTimeout the time that a proxy has to open a tunnel; 0 for no limit
     */
    PoolSockets(Addresses addresses, Duration tunnelTimeout, LongSupplier nanos) {
        this.addresses = addresses;
        this.tunnelTimeout = tunnelTimeout;
        this.nanos = nanos;
    }

    /** Returns whether this version of OkHttp tries several addresses at once by itself, as it does from 5.0 on. */
    private static boolean isFallbackNeedless() {
        return Arrays.stream(OkHttpClient.Builder.class.getMethods())
                .anyMatch(method -> method.getName().equals("fastFallback"));
    }

    /** The only method that OkHttp uses. */
    @Override
    public Socket createSocket() {
        return fallBack ? new FallbackSocket(addresses, tunnelTimeout, nanos) : new TunnelSocket(tunnelTimeout, nanos);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return SocketFactory.getDefault().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return SocketFactory.getDefault().createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return SocketFactory.getDefault().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return SocketFactory.getDefault().createSocket(host, port, localHost, localPort);
    }
}

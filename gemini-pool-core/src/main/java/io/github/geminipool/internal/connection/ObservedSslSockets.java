package io.github.geminipool.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Wraps the TLS sockets of another factory in {@linkplain ObservedSslSocket observed} ones. Thread-safe. */
final class ObservedSslSockets extends SSLSocketFactory {

    private final SSLSocketFactory factory;
    private final Duration handshakeTimeout;
    private final PingPace pings;

    ObservedSslSockets(SSLSocketFactory factory, Duration handshakeTimeout, PingPace pings) {
        this.factory = factory;
        this.handshakeTimeout = handshakeTimeout;
        this.pings = pings;
    }

    /** The only method that OkHttp uses. */
    @Override
    public Socket createSocket(Socket raw, String host, int port, boolean autoClose) throws IOException {
        if (raw instanceof TunnelSocket tunnel) {
            tunnel.opened();
        }
        Socket made = factory.createSocket(raw, host, port, autoClose);
        return made instanceof SSLSocket tls ? new ObservedSslSocket(tls, raw, handshakeTimeout, pings) : made;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return factory.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return factory.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return factory.createSocket(host, port, localHost, localPort);
    }
}

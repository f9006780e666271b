package io.github.geminipool.simulator.internal.http;

import io.github.geminipool.simulator.internal.api.Simulation;
import io.github.geminipool.simulator.internal.tls.ServerIdentity;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The HTTP server on the loopback interface. Thread-safe. */
public final class SimulatorServer implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 16;
    private static final int ACCEPT_QUEUE = 4096;

    private final Server server;
    private final ServerConnector connector;
    private final ScheduledExecutorService timer;
    private final boolean tls;

    /**
     * Starts a server.
     *
     * @param simulation the simulation
     * @param port the port; 0 for any free one
     * @param identity certificate for HTTPS; null for plain HTTP
     */
    public SimulatorServer(Simulation simulation, int port, @Nullable ServerIdentity identity) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("gemini-simulator");
        threads.setDaemon(true);
        server = new Server(threads);
        tls = identity != null;
        connector = identity == null ? plain(server) : secure(server, identity);
        connector.setHost(LOOPBACK);
        connector.setPort(port);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        // Held requests are idle; timeouts are up to the client.
        connector.setIdleTimeout(0);
        server.addConnector(connector);
        server.setStopTimeout(0);
        timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "gemini-simulator-timer");
            thread.setDaemon(true);
            return thread;
        });
        ApiHandler api = new ApiHandler(simulation, timer, new LiveSessions(server));
        server.setHandler(new ControlHandler(simulation, this::openConnections, api));
        try {
            server.start();
        } catch (Exception failed) {
            close();
            throw new IllegalStateException("Could not start the simulator on port " + port, failed);
        }
    }

    private static ServerConnector plain(Server server) {
        return new ServerConnector(server, 1, 2, new HttpConnectionFactory(http()));
    }

    private static ServerConnector secure(Server server, ServerIdentity identity) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setSslContext(identity.sslContext());
        // Clients that connect to 127.0.0.1 send no SNI, because an address is not a host name.
        context.setSniRequired(false);
        HttpConfiguration http = http();
        SecureRequestCustomizer secure = new SecureRequestCustomizer();
        secure.setSniHostCheck(false);
        http.addCustomizer(secure);
        return new ServerConnector(
                server, 1, 2, new SslConnectionFactory(context, "http/1.1"), new HttpConnectionFactory(http));
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        return http;
    }

    /**
     * Returns the base URL.
     *
     * @return for example {@code http://127.0.0.1:41234}, without a trailing slash
     */
    public String baseUrl() {
        return (tls ? "https://" : "http://") + LOOPBACK + ":" + connector.getLocalPort();
    }

    /**
     * Returns the port.
     *
     * @return the actual port
     */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Returns the number of open client connections.
     *
     * @return the current number
     */
    public int openConnections() {
        return connector.getConnectedEndPoints().size();
    }

    /** Stops at once; requests being held get no response. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("Could not stop the simulator", failed);
        }
    }
}

package io.github.geminipool.simulator;

import io.github.geminipool.simulator.internal.api.Simulation;
import io.github.geminipool.simulator.internal.http.SimulatorServer;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import io.github.geminipool.simulator.internal.tls.ServerIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A simulated Gemini API on the loopback interface, with keys, quotas and faults. It logs all requests; tests should check
 * this log rather than the client's own counts. Thread-safe.
 */
public final class GeminiSimulator implements AutoCloseable {
    private final Simulation simulation;
    private final @Nullable ServerIdentity identity;
    private final SimulatorServer server;

    GeminiSimulator(Simulation simulation, int port, boolean tls) {
        this.simulation = simulation;
        this.identity = tls ? ServerIdentity.create() : null;
        this.server = new SimulatorServer(simulation, port, identity);
    }

    /**
     * Returns a builder for a simulator without keys, quotas or faults, on any free port.
     *
     * @return a new builder
     */
    public static GeminiSimulatorBuilder builder() {
        return new GeminiSimulatorBuilder();
    }

    /**
     * Returns the base URL for clients.
     *
     * @return for example {@code http://127.0.0.1:41234}, without a trailing slash
     */
    public String baseUrl() {
        return server.baseUrl();
    }

    /**
     * Returns the port.
     *
     * @return the actual port, even if any free one was requested
     */
    public int port() {
        return server.port();
    }

    /**
     * Returns a socket factory that trusts the simulator's certificate.
     *
     * @return the factory of {@link #sslContext()}
     * @throws IllegalStateException without TLS
     */
    public SSLSocketFactory sslSocketFactory() {
        return sslContext().getSocketFactory();
    }

    /**
     * Returns a context that trusts the simulator's certificate.
     *
     * @return always the same object
     * @throws IllegalStateException without TLS
     */
    public SSLContext sslContext() {
        return identity().sslContext();
    }

    /**
     * Returns a trust manager that trusts only the simulator's certificate.
     *
     * @return always the same object
     * @throws IllegalStateException without TLS
     */
    public X509TrustManager trustManager() {
        return identity().trustManager();
    }

    private ServerIdentity identity() {
        if (identity == null) {
            throw new IllegalStateException("This simulator was built without tls()");
        }
        return identity;
    }

    /**
     * Adds a valid key with its own project.
     *
     * @param secret the key's secret
     */
    public void addKey(String secret) {
        addKey(secret, options -> {});
    }

    /**
     * Adds a key, or replaces the one with the same secret.
     *
     * @param secret the key's secret
     * @param options sets the key's options
     */
    public void addKey(String secret, Consumer<KeyOptions> options) {
        KeyOptions chosen = new KeyOptions();
        options.accept(chosen);
        simulation.keys().add(secret, chosen.project(), chosen.billingAccount(), chosen.tier(), chosen.state());
    }

    /**
     * Removes a key, making it unknown.
     *
     * @param secret the key's secret
     * @return whether it was known
     */
    public boolean removeKey(String secret) {
        return simulation.keys().remove(secret);
    }

    /**
     * Changes a key's state.
     *
     * @param secret the secret of a known key
     * @param state the new state
     */
    public void keyState(String secret, KeyState state) {
        simulation.keys().state(secret, state);
    }

    /**
     * Returns a key's state.
     *
     * @param secret the secret of a known key
     * @return its current state
     */
    public KeyState keyState(String secret) {
        return simulation
                .keys()
                .find(secret)
                .map(SimulatedKey::state)
                .orElseThrow(() -> new IllegalArgumentException("The simulator does not know this key"));
    }

    /**
     * Adds an unused quota.
     *
     * @param quota the quota
     */
    public void addQuota(Quota quota) {
        simulation.quotas().add(quota);
    }

    /** Removes all quotas and their usage. */
    public void removeQuotas() {
        simulation.quotas().clear();
    }

    /**
     * Returns the remaining quota of a project for a model.
     *
     * @param project a key's project
     * @param model model name without {@code models/}
     * @return the currently remaining quota
     */
    public QuotaLeft quotaLeft(String project, String model) {
        return simulation.quotas().left(project, model);
    }

    /**
     * Adds a fault after the existing ones.
     *
     * @param fault the rule
     * @throws IllegalArgumentException if it names an unknown recorded body
     */
    public void fault(Fault fault) {
        simulation.faults().add(fault);
    }

    /** Removes all faults. Requests held until others arrive continue; hung ones stay hung. */
    public void clearFaults() {
        simulation.faults().clear();
    }

    /**
     * Returns the log: all requests with any key or none, including rejected ones. Only the latest are kept, see
     * {@link GeminiSimulatorBuilder#logLimit(int)}.
     *
     * @return the requests in order of arrival
     */
    public List<RequestRecord> requests() {
        return List.copyOf(simulation.journal().requests());
    }

    /**
     * Returns the number of all requests, including those no longer in the log.
     *
     * @return the number of requests
     */
    public long requestCount() {
        return simulation.journal().count();
    }

    /**
     * Returns the number of all requests by secret.
     *
     * @return the counts of all secrets seen; requests without a key count under the empty string
     */
    public Map<String, Long> requestsByKey() {
        return simulation.journal().byKey();
    }

    /**
     * Returns the number of requests that are being held or answered.
     *
     * @return the current number
     */
    public int inFlight() {
        return simulation.inFlight().current();
    }

    /**
     * Returns the maximum number of requests in flight at the same time. A request stops counting before the end of its
     * response is sent, so a client limited to n requests is never counted as n + 1.
     *
     * @return the maximum since the start or the last reset of the log
     */
    public int peakInFlight() {
        return simulation.inFlight().peak();
    }

    /**
     * Waits, in real time, for a number of requests in flight.
     *
     * @param requests minimum number of requests
     * @param timeout maximum time to wait
     * @return whether the number was reached; false also if interrupted
     */
    public boolean awaitInFlight(int requests, Duration timeout) {
        try {
            return simulation.inFlight().await(requests, timeout);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Returns the number of open client connections, including idle ones.
     *
     * @return the current number
     */
    public int openConnections() {
        return server.openConnections();
    }

    /** Clears the log, its counts and the peak. */
    public void resetLog() {
        simulation.resetLog();
    }

    /** Restores the initial state: keys and their states, unused quotas, no faults, files, caches or log; same seed. */
    public void reset() {
        simulation.reset();
    }

    /** Stops at once; requests being held get no response. */
    @Override
    public void close() {
        server.close();
    }
}

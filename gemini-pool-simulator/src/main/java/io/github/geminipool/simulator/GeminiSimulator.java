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
 * A Gemini API on the loopback interface, with keys, quotas and faults. What it saw is in its log, which is what a test
 * should trust. Thread-safe.
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
     * Begins a simulator without keys, quotas or faults, on any free port.
     *
     * @return to be filled in and started
     */
    public static GeminiSimulatorBuilder builder() {
        return new GeminiSimulatorBuilder();
    }

    /**
     * Where it listens; what a client needs as base URL.
     *
     * @return such as {@code http://127.0.0.1:41234}, without a slash at the end
     */
    public String baseUrl() {
        return server.baseUrl();
    }

    /**
     * Its port.
     *
     * @return the real one
     */
    public int port() {
        return server.port();
    }

    /**
     * For a client that trusts the certificate.
     *
     * @return a new context's
     * @throws IllegalStateException without TLS
     */
    public SSLSocketFactory sslSocketFactory() {
        return sslContext().getSocketFactory();
    }

    /**
     * For a client that trusts the certificate.
     *
     * @return always the same
     * @throws IllegalStateException without TLS
     */
    public SSLContext sslContext() {
        return identity().sslContext();
    }

    /**
     * Trusts the certificate, and nothing else.
     *
     * @return always the same
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
     * Adds a valid key with a project of its own.
     *
     * @param secret what requests carry
     */
    public void addKey(String secret) {
        addKey(secret, options -> {});
    }

    /**
     * Adds a key, or replaces the one with the same secret.
     *
     * @param secret what requests carry
     * @param options says what it is like
     */
    public void addKey(String secret, Consumer<KeyOptions> options) {
        KeyOptions chosen = new KeyOptions();
        options.accept(chosen);
        simulation.keys().add(secret, chosen.project(), chosen.billingAccount(), chosen.state());
    }

    /**
     * Forgets a key: from now on it is unknown.
     *
     * @param secret what requests carry
     * @return whether it was known
     */
    public boolean removeKey(String secret) {
        return simulation.keys().remove(secret);
    }

    /**
     * Changes what becomes of requests with a key.
     *
     * @param secret of a known key
     * @param state from now on
     */
    public void keyState(String secret, KeyState state) {
        simulation.keys().state(secret, state);
    }

    /**
     * What becomes of requests with a key.
     *
     * @param secret of a known key
     * @return its state now
     */
    public KeyState keyState(String secret) {
        return simulation
                .keys()
                .find(secret)
                .map(SimulatedKey::state)
                .orElseThrow(() -> new IllegalArgumentException("The simulator does not know this key"));
    }

    /**
     * Adds a quota, of which nothing is used.
     *
     * @param quota the quota
     */
    public void addQuota(Quota quota) {
        simulation.quotas().add(quota);
    }

    /** Removes all quotas, and what was used of them. */
    public void removeQuotas() {
        simulation.quotas().clear();
    }

    /**
     * The room of a project for a model, by the simulator's own books.
     *
     * @param project of a key
     * @param model without {@code models/}
     * @return what is left now
     */
    public QuotaLeft quotaLeft(String project, String model) {
        return simulation.quotas().left(project, model);
    }

    /**
     * Adds a fault after those that are there.
     *
     * @param fault the rule
     * @throws IllegalArgumentException if it names a recorded body that there is not
     */
    public void fault(Fault fault) {
        simulation.faults().add(fault);
    }

    /** Removes all faults. Requests that one holds until others arrive go on; hung ones stay hung. */
    public void clearFaults() {
        simulation.faults().clear();
    }

    /**
     * The log: every request with any key or none, rejected ones too. Only the latest are kept, see
     * {@link GeminiSimulatorBuilder#logLimit(int)}.
     *
     * @return in the order of arrival
     */
    public List<RequestRecord> requests() {
        return List.copyOf(simulation.journal().requests());
    }

    /**
     * All requests, also those that the log no longer keeps.
     *
     * @return how many
     */
    public long requestCount() {
        return simulation.journal().count();
    }

    /**
     * All requests by the secret that they carried.
     *
     * @return only keys that were seen
     */
    public Map<String, Long> requestsByKey() {
        return simulation.journal().byKey();
    }

    /**
     * Requests that are held or being answered.
     *
     * @return now
     */
    public int inFlight() {
        return simulation.inFlight().current();
    }

    /**
     * The most requests that were in flight at once. One leaves before the last of its answer does, so a client that
     * keeps to n at once is never counted as n + 1.
     *
     * @return since the start or the last reset of the log
     */
    public int peakInFlight() {
        return simulation.inFlight().peak();
    }

    /**
     * Waits, in real time, until so many requests are in flight.
     *
     * @param requests at least so many
     * @param most how long to wait
     * @return whether it came to that; false if interrupted, too
     */
    public boolean awaitInFlight(int requests, Duration most) {
        try {
            return simulation.inFlight().await(requests, most);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Connections that clients hold open, idle ones too.
     *
     * @return now
     */
    public int openConnections() {
        return server.openConnections();
    }

    /** Empties the log, its counts and the peak. */
    public void resetLog() {
        simulation.resetLog();
    }

    /** Goes back to what was built: keys and their states, quotas unused, no faults, files, caches or log; same seed. */
    public void reset() {
        simulation.reset();
    }

    /** Stops at once; requests that are held get no answer. */
    @Override
    public void close() {
        server.close();
    }
}

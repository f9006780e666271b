package io.github.geminipool.simulator;

import io.github.geminipool.simulator.internal.api.Simulation;
import io.github.geminipool.simulator.internal.key.KeyRing;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a {@link GeminiSimulator} begins with. Not thread-safe. */
public final class GeminiSimulatorBuilder {
    private static final int USUAL_LOG_LIMIT = 100_000;

    private final List<SimulatedKey> keys = new ArrayList<>();
    private final List<Quota> quotas = new ArrayList<>();
    private final List<String> models = new ArrayList<>();
    private Latency latency = Latency.fixed(Duration.ZERO);
    private Latency streamGap = Latency.fixed(Duration.ZERO);
    private long seed;
    private InstantSource clock = InstantSource.system();
    private int logLimit = USUAL_LOG_LIMIT;
    private int port;
    private boolean tls;

    GeminiSimulatorBuilder() {}

    /**
     * Adds a valid key with a project of its own.
     *
     * @param secret what requests carry
     * @return this
     */
    public GeminiSimulatorBuilder key(String secret) {
        return key(secret, options -> {});
    }

    /**
     * Adds a key.
     *
     * @param secret what requests carry
     * @param options says what it is like
     * @return this
     */
    public GeminiSimulatorBuilder key(String secret, Consumer<KeyOptions> options) {
        KeyOptions chosen = new KeyOptions();
        options.accept(chosen);
        String name = "Key #" + (keys.size() + 1);
        keys.add(KeyRing.named(secret, name, chosen.project(), chosen.billingAccount(), chosen.state()));
        return this;
    }

    /**
     * Adds a quota. Several may hold for the same requests. By default there are none.
     *
     * @param quota the quota
     * @return this
     */
    public GeminiSimulatorBuilder quota(Quota quota) {
        quotas.add(quota);
        return this;
    }

    /**
     * Offers these models only; others are answered with 404. By default every name is answered.
     *
     * @param names without {@code models/}
     * @return this
     */
    public GeminiSimulatorBuilder models(String... names) {
        models.addAll(List.of(names));
        return this;
    }

    /**
     * How long good answers take. Errors come at once. By default nothing waits.
     *
     * @param distribution in real time
     * @return this
     */
    public GeminiSimulatorBuilder latency(Latency distribution) {
        latency = distribution;
        return this;
    }

    /**
     * How long a stream pauses between events. By default it does not.
     *
     * @param distribution in real time
     * @return this
     */
    public GeminiSimulatorBuilder streamGap(Latency distribution) {
        streamGap = distribution;
        return this;
    }

    /**
     * The seed of probabilities, latencies and names. By default 0.
     *
     * @param value any
     * @return this
     */
    public GeminiSimulatorBuilder seed(long value) {
        seed = value;
        return this;
    }

    /**
     * The time of quotas, files, caches and the log. By default the system's. Latencies take real time all the same.
     *
     * @param source must be thread-safe
     * @return this
     */
    public GeminiSimulatorBuilder clock(InstantSource source) {
        clock = source;
        return this;
    }

    /**
     * How many requests the log keeps in full; counts go on. By default 100,000.
     *
     * @param requests more than 0
     * @return this
     */
    public GeminiSimulatorBuilder logLimit(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("The log must keep something: " + requests);
        }
        logLimit = requests;
        return this;
    }

    /**
     * Serves HTTPS with a new self-signed certificate for 127.0.0.1 and localhost.
     *
     * @return this
     */
    public GeminiSimulatorBuilder tls() {
        tls = true;
        return this;
    }

    /**
     * The port on the loopback interface.
     *
     * @param number 0, the default, for any that is free
     * @return this
     */
    public GeminiSimulatorBuilder port(int number) {
        port = number;
        return this;
    }

    /**
     * Starts it.
     *
     * @return a running simulator, to be closed
     */
    public GeminiSimulator start() {
        Simulation.Settings settings =
                new Simulation.Settings(keys, quotas, models, latency, streamGap, seed, clock, logLimit);
        return new GeminiSimulator(new Simulation(settings), port, tls);
    }
}

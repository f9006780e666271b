package io.github.geminipool.simulator;

import io.github.geminipool.simulator.internal.api.Simulation;
import io.github.geminipool.simulator.internal.key.KeyRing;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Builds a {@link GeminiSimulator}. Not thread-safe. */
public final class GeminiSimulatorBuilder {
    private static final int DEFAULT_LOG_LIMIT = 100_000;
    private static final long DEFAULT_INPUT_TOKEN_LIMIT = 1_048_576;

    private final List<SimulatedKey> keys = new ArrayList<>();
    private final List<Quota> quotas = new ArrayList<>();
    private final List<String> models = new ArrayList<>();
    private final Map<String, LongDecode> longDecodes = new LinkedHashMap<>();
    private Latency latency = Latency.fixed(Duration.ZERO);
    private Latency streamGap = Latency.fixed(Duration.ZERO);
    private long seed;
    private InstantSource clock = InstantSource.system();
    private int logLimit = DEFAULT_LOG_LIMIT;
    private long inputTokenLimit = DEFAULT_INPUT_TOKEN_LIMIT;
    private int port;
    private boolean tls;

    GeminiSimulatorBuilder() {}

    /**
     * Adds a valid key with its own project.
     *
     * @param secret the key's secret
     * @return this
     */
    public GeminiSimulatorBuilder key(String secret) {
        return key(secret, options -> {});
    }

    /**
     * Adds a key.
     *
     * @param secret the key's secret
     * @param options sets the key's options
     * @return this
     */
    public GeminiSimulatorBuilder key(String secret, Consumer<KeyOptions> options) {
        KeyOptions chosen = new KeyOptions();
        options.accept(chosen);
        String name = "Key #" + (keys.size() + 1);
        keys.add(KeyRing.named(secret, name, chosen.project(), chosen.billingAccount(), chosen.tier(), chosen.state()));
        return this;
    }

    /**
     * Adds a quota. Several quotas may apply to the same request. Default: none.
     *
     * @param quota the quota
     * @return this
     */
    public GeminiSimulatorBuilder quota(Quota quota) {
        quotas.add(quota);
        return this;
    }

    /**
     * Offers only these models; others get a 404. Default: any name is accepted.
     *
     * @param names model names without {@code models/}
     * @return this
     */
    public GeminiSimulatorBuilder models(String... names) {
        models.addAll(List.of(names));
        return this;
    }

    /**
     * Lets a model answer in several hops. Default: none does.
     *
     * @param decode the model and its hops
     * @return this
     */
    public GeminiSimulatorBuilder longDecode(LongDecode decode) {
        longDecodes.put(decode.model(), decode);
        return this;
    }

    /**
     * Sets the latency of successful responses; errors are sent at once. Default: none.
     *
     * @param distribution distribution in real time
     * @return this
     */
    public GeminiSimulatorBuilder latency(Latency distribution) {
        latency = distribution;
        return this;
    }

    /**
     * Sets the pause between events of a stream. Default: none.
     *
     * @param distribution distribution in real time
     * @return this
     */
    public GeminiSimulatorBuilder streamGap(Latency distribution) {
        streamGap = distribution;
        return this;
    }

    /**
     * Sets the random seed for probabilities, latencies and names. Default: 0.
     *
     * @param value any value
     * @return this
     */
    public GeminiSimulatorBuilder seed(long value) {
        seed = value;
        return this;
    }

    /**
     * Sets the clock for quotas, files, caches and the log. Latencies always use real time. Default: the system clock.
     *
     * @param source a thread-safe clock
     * @return this
     */
    public GeminiSimulatorBuilder clock(InstantSource source) {
        clock = source;
        return this;
    }

    /**
     * Sets the maximum number of requests kept in the log; counts are not limited. Default: 100,000.
     *
     * @param requests at least 1
     * @return this
     */
    public GeminiSimulatorBuilder logLimit(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("logLimit must be at least 1: " + requests);
        }
        logLimit = requests;
        return this;
    }

    /**
     * Sets the maximum number of input tokens of one request. A larger one gets a 400, but still takes quota, as with Google.
     * Default: 1,048,576.
     *
     * @param tokens at least 1
     * @return this
     */
    public GeminiSimulatorBuilder inputTokenLimit(long tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("inputTokenLimit must be at least 1: " + tokens);
        }
        inputTokenLimit = tokens;
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
     * Sets the port on the loopback interface.
     *
     * @param number the port; 0, the default, for any free port
     * @return this
     */
    public GeminiSimulatorBuilder port(int number) {
        port = number;
        return this;
    }

    /**
     * Starts the simulator.
     *
     * @return the running simulator; close it after use
     */
    public GeminiSimulator start() {
        Simulation.Settings settings = new Simulation.Settings(
                keys, quotas, models, latency, streamGap, seed, clock, logLimit, inputTokenLimit, longDecodes);
        return new GeminiSimulator(new Simulation(settings), port, tls);
    }
}

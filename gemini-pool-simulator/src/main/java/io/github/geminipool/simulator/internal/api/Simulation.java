package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.internal.content.ModelCatalog;
import io.github.geminipool.simulator.internal.fault.FaultRules;
import io.github.geminipool.simulator.internal.journal.InFlight;
import io.github.geminipool.simulator.internal.journal.Journal;
import io.github.geminipool.simulator.internal.key.KeyRing;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import io.github.geminipool.simulator.internal.quota.QuotaLedger;
import io.github.geminipool.simulator.internal.resource.Names;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import io.github.geminipool.simulator.internal.resource.Uploads;
import io.github.geminipool.simulator.internal.wire.WireBodies;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The simulator's state and logic, without the network. Thread-safe. */
public final class Simulation {
    private final Settings settings;
    // java.util.Random because it is thread-safe.
    private final Random random;
    private final KeyRing keys;
    private final QuotaLedger quotas;
    private final Journal journal;
    private final InFlight inFlight = new InFlight();
    private final FaultRules faults;
    private final Uploads uploads = new Uploads();
    private final ResourceStore files;
    private final ResourceStore caches;
    private final ResourceStore resources;
    private final Gateway gateway;

    /**
     * Creates a simulation in its initial state.
     *
     * @param settings the initial state
     */
    public Simulation(Settings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        this.keys = new KeyRing(settings.keys());
        this.quotas = new QuotaLedger(settings.clock(), settings.quotas());
        this.journal = new Journal(settings.logLimit());
        this.files = new ResourceStore(settings.clock());
        this.caches = new ResourceStore(settings.clock());
        this.resources = new ResourceStore(settings.clock());
        WireBodies bodies = new WireBodies();
        this.faults = new FaultRules(random, inFlight, bodies);
        Refusals refusals = new Refusals(bodies, random);
        Names names = new Names(random);
        ResourceAnswers others = new ResourceAnswers(settings.clock(), names, resources, files);
        ModelCatalog catalog = new ModelCatalog(settings.models());
        Generator generator = new Generator(settings.longDecodes(), caches);
        this.gateway = new Gateway(
                faults,
                quotas,
                refusals,
                new SizeLimits(refusals, settings.inputTokenLimit()),
                new AnswerTable(
                        new ModelAnswers(catalog, generator, files, caches, others, refusals),
                        new FileAnswers(settings.clock(), names, uploads, files, refusals),
                        new CacheAnswers(settings.clock(), names, caches, refusals),
                        others,
                        new OpenAiAnswers(settings.clock(), catalog, generator, refusals, files, others),
                        new InteractionAnswers(settings.clock(), names, catalog, generator, refusals, resources)),
                settings.latency(),
                random);
    }

    /** Restores the initial state; requests held by a fault continue. */
    public void reset() {
        faults.clear();
        random.setSeed(settings.seed());
        keys.reset();
        quotas.reset();
        uploads.clear();
        files.clear();
        caches.clear();
        resources.clear();
        resetLog();
    }

    /** Clears the log and its counts. */
    public void resetLog() {
        journal.reset();
        inFlight.resetPeak();
    }

    /**
     * Returns the settings.
     *
     * @return the initial state
     */
    public Settings settings() {
        return settings;
    }

    /**
     * Returns the random generator.
     *
     * @return a thread-safe generator
     */
    public Random random() {
        return random;
    }

    /**
     * Returns the known keys.
     *
     * @return always the same object
     */
    public KeyRing keys() {
        return keys;
    }

    /**
     * Returns the quota ledger.
     *
     * @return always the same object
     */
    public QuotaLedger quotas() {
        return quotas;
    }

    /**
     * Returns the log of requests.
     *
     * @return always the same object
     */
    public Journal journal() {
        return journal;
    }

    /**
     * Returns the requests in flight.
     *
     * @return always the same object
     */
    public InFlight inFlight() {
        return inFlight;
    }

    /**
     * Returns the fault rules.
     *
     * @return always the same object
     */
    public FaultRules faults() {
        return faults;
    }

    /**
     * Returns the gateway.
     *
     * @return always the same object
     */
    public Gateway gateway() {
        return gateway;
    }

    /**
     * Initial state of a simulation.
     *
     * @param keys the known keys
     * @param quotas the quotas
     * @param models the offered models; empty for any
     * @param latency latency of successful responses
     * @param streamGap pause between the events of a stream
     * @param seed random seed
     * @param clock clock for quota windows, files, caches and the log
     * @param logLimit maximum number of requests in the log
     * @param inputTokenLimit maximum number of input tokens of one request
     * @param longDecodes models that answer in several hops
     */
    public record Settings(
            List<SimulatedKey> keys,
            List<Quota> quotas,
            List<String> models,
            Latency latency,
            Latency streamGap,
            long seed,
            InstantSource clock,
            int logLimit,
            long inputTokenLimit,
            Map<String, LongDecode> longDecodes) {
        /** Copies the lists and maps. */
        public Settings {
            keys = List.copyOf(keys);
            quotas = List.copyOf(quotas);
            models = List.copyOf(models);
            longDecodes = Map.copyOf(longDecodes);
        }
    }
}

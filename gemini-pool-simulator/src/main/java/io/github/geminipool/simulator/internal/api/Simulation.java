package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.Latency;
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
import java.util.Random;

/** Everything that a simulator knows, without the network. Thread-safe. */
public final class Simulation {
    private final Settings settings;
    // java.util.Random, since it may be used by several threads at once.
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
     * A simulation to which nothing has happened.
     *
     * @param settings what it begins with
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
        this.gateway = new Gateway(
                faults,
                quotas,
                refusals,
                new ModelAnswers(new ModelCatalog(settings.models()), files, caches, others, refusals),
                new FileAnswers(settings.clock(), names, uploads, files, refusals),
                new CacheAnswers(settings.clock(), names, caches, refusals),
                others,
                settings.latency(),
                random);
    }

    /** Goes back to the beginning, as far as it can: requests that are held by a fault go on. */
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

    /** Empties the log and its counts. */
    public void resetLog() {
        journal.reset();
        inFlight.resetPeak();
    }

    /**
     * What it began with.
     *
     * @return the settings
     */
    public Settings settings() {
        return settings;
    }

    /**
     * The source of all chance.
     *
     * @return thread-safe
     */
    public Random random() {
        return random;
    }

    /**
     * The known keys.
     *
     * @return always the same object
     */
    public KeyRing keys() {
        return keys;
    }

    /**
     * What is used.
     *
     * @return always the same object
     */
    public QuotaLedger quotas() {
        return quotas;
    }

    /**
     * What it saw.
     *
     * @return always the same object
     */
    public Journal journal() {
        return journal;
    }

    /**
     * What is going on.
     *
     * @return always the same object
     */
    public InFlight inFlight() {
        return inFlight;
    }

    /**
     * What goes wrong.
     *
     * @return always the same object
     */
    public FaultRules faults() {
        return faults;
    }

    /**
     * What decides.
     *
     * @return always the same object
     */
    public Gateway gateway() {
        return gateway;
    }

    /**
     * What a simulation begins with.
     *
     * @param keys the known keys
     * @param quotas the quotas
     * @param models the only models; none: any
     * @param latency before a good answer
     * @param streamGap between the events of a stream
     * @param seed of all chance
     * @param clock of windows, files, caches and the log
     * @param logLimit how many requests the log keeps in full
     */
    public record Settings(
            List<SimulatedKey> keys,
            List<Quota> quotas,
            List<String> models,
            Latency latency,
            Latency streamGap,
            long seed,
            InstantSource clock,
            int logLimit) {
        /** Takes immutable copies. */
        public Settings {
            keys = List.copyOf(keys);
            quotas = List.copyOf(quotas);
            models = List.copyOf(models);
        }
    }
}

package io.github.geminipool.internal.shared;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.stats.ReplicaStats;
import io.github.geminipool.stats.SharingStats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The facts that this replica and the others tell each other. It hears of this pool's exclusions as a listener, and of the other
 * replicas' facts as a follower. Thread-safe.
 */
public final class SharedFacts implements PoolListener, Follower, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedFacts.class);

    private final SharedStore store;
    private final SharedNames names;
    private final LocalPool pool;
    private final SharedExclusions exclusions;
    private final SharedActions actions;
    private final SharedOwners owners;
    private final SharedAliases aliases;
    private final ProjectsOfKeys projects;
    private final Snapshots snapshots;
    private final Map<FactKind, FactReader> readers = new LinkedHashMap<>();
    private SharedStore.@Nullable Following following;

    /**
     * Creates the facts of a pool; nothing is told or heard before {@link #begin}.
     *
     * @param pool carries out what other replicas say
     */
    public SharedFacts(
            SharedStore store, KeyRing ring, Health health, PoolClock clock, Scheduler scheduler, LocalPool pool) {
        this.store = store;
        this.pool = pool;
        this.names = new SharedNames(ring, store.namespace());
        this.exclusions = new SharedExclusions(store, names, health, clock, scheduler, pool);
        this.actions = new SharedActions(store, names, pool, exclusions::forget);
        this.owners = new SharedOwners(store, names, clock, pool);
        this.aliases = new SharedAliases(store, clock, pool);
        this.projects = new ProjectsOfKeys(store, names);
        this.snapshots = new Snapshots(store, names, clock, scheduler, pool);
        // What an operator has enabled is no longer excluded.
        readers.put(FactKind.OPERATOR, actions);
        readers.put(FactKind.EXCLUSION, exclusions);
        owners.forEachReader(readers::put);
        readers.put(FactKind.ALIAS, aliases);
        readers.put(FactKind.PROJECT_OF_KEY, projects);
    }

    /** Begins to listen to the other replicas, and to tell them this one's figures. */
    public void begin() {
        following = store.follow(this);
        snapshots.begin();
    }

    /** Returns what the replicas have published of themselves; fails if the store can't be reached. */
    public CompletionStage<List<ReplicaStats>> replicas() {
        return snapshots.read();
    }

    /** Returns with whom this replica shares. */
    public SharingStats sharing() {
        return new SharingStats(
                store.namespace(), store.replica(), store.members().replicas(), store.aloneSince());
    }

    /** Returns what replicas call a project; its own name if no key belongs to it. */
    public String nameOfProject(String project) {
        String shared = names.nameOfProject(project);
        return shared == null ? project : shared;
    }

    /** Returns the model behind a name, as far as any replica has learned it; the name itself if none has. */
    public String modelBehind(String name) {
        return aliases.modelBehind(name);
    }

    /** Publishes which model Gemini named when it refused a request to a model of another name, or of the same. */
    public void aliasLearned(String name, String model) {
        aliases.learned(name, model);
    }

    /** Returns who is to be told of the owners that this replica learns. */
    public Owners owners() {
        return owners;
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        exclusions.excluded(event);
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        exclusions.restored(event.scope());
    }

    /** Tells that an operator has disabled a key. */
    public void disabled(KeyHealth key) {
        actions.disabled(key);
    }

    /** Tells that an operator has enabled a key, its project and its billing account. */
    public void enabled(KeyHealth key) {
        exclusions.retract(SharedActions.scopesOf(key));
        actions.enabled(key);
    }

    /** Tells that an operator has reset the pool of a model, or all of them if it is null. */
    public void reset(@Nullable String model) {
        exclusions.retract(SharedActions.scopesOf(model));
        actions.reset(model);
    }

    /** Looks again at what is known, since this replica has other keys now. */
    public void keysChanged() {
        projects.keysChanged();
        exclusions.keysChanged();
        actions.keysChanged();
    }

    @Override
    public void all(List<Fact> facts) {
        readers.forEach((kind, reader) -> {
            try {
                reader.all(facts.stream().filter(fact -> fact.kind() == kind).toList());
            } catch (RuntimeException e) {
                // A damaged fact of one kind must not hide those of the others.
                log.error("Could not take over what the shared store says of {}", kind, e);
            }
        });
        // Whatever made the store send all facts again may have cost it the books as well.
        pool.verifyBooks();
    }

    @Override
    public void published(Fact fact) {
        FactReader reader = readers.get(fact.kind());
        if (reader != null) {
            reader.published(fact);
        }
    }

    @Override
    public void retracted(FactKind kind, String name) {
        FactReader reader = readers.get(kind);
        if (reader != null) {
            reader.retracted(name);
        }
    }

    @Override
    public void lost(QuotaBucket bucket) {
        pool.booksLost(bucket);
    }

    @Override
    public void membersChanged(Members members) {
        // Who does what is worked out when there is something to do.
    }

    /** Stops listening and publishing. */
    @Override
    public void close() {
        snapshots.close();
        SharedStore.Following begun = following;
        if (begun != null) {
            end(begun);
        }
    }

    private static void end(SharedStore.Following begun) {
        try {
            begun.close();
        } catch (Throwable e) {
            log.warn("The shared store failed while it was left; the pool closes all the same", e);
        }
    }
}

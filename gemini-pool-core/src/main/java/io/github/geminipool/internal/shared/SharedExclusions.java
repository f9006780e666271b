package io.github.geminipool.internal.shared;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.shared.KnownExclusions.Known;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the other replicas which keys, projects and billing accounts this one excludes, and takes over their exclusions. Thread-safe.
 *
 * <p>A rejected key or project gets a second opinion: one other replica probes it as well, which costs no quota. If the key is
 * accepted there, the fact is retracted, and the exclusion stays the reporter's own: its network address may be what was rejected.
 * The others wait a moment for that opinion.
 */
final class SharedExclusions implements FactReader {

    /** How long replicas wait for a second opinion. Within a second a rejected key must be out for all. */
    private static final Duration OPINION = Duration.ofMillis(700);

    /** After a guessed end, the reporter is the first to find out whether the scope works; the others follow one by one, this far apart. */
    private static final Duration TURN = Duration.ofSeconds(10);

    /** The longest that a fact holds, for exclusions that last until an operator acts. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final SharedStore store;
    private final SharedNames names;
    private final Health health;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final LocalPool pool;
    private final KnownExclusions known;
    private final ReplicaOrder order;

    SharedExclusions(
            SharedStore store, SharedNames names, Health health, PoolClock clock, Scheduler scheduler, LocalPool pool) {
        this.store = store;
        this.names = names;
        this.health = health;
        this.clock = clock;
        this.scheduler = scheduler;
        this.pool = pool;
        this.known = new KnownExclusions(store.replica(), clock);
        this.order = new ReplicaOrder(store);
    }

    /** Tells the others of an exclusion that was found here. */
    void excluded(ScopeExcluded event) {
        Failure failure = event.failure();
        String name = ExclusionFact.concernsOthers(failure) && !isEgressExcluded() ? names.nameOf(event.scope()) : null;
        Exclusion exclusion = health.cell(event.scope()).latest();
        if (name != null && !isAdopted(name, failure) && exclusion != null && failure.equals(exclusion.failure())) {
            tell(name, exclusion, failure);
        }
    }

    /** Returns whether this machine's address is rejected, so that no rejection says anything about a key. */
    private boolean isEgressExcluded() {
        return health.cell(new Scope.Egress()).at(clock.nanos()) != null;
    }

    private boolean isAdopted(String name, Failure failure) {
        Known fact = known.find(name);
        Exclusion adopted = fact == null ? null : fact.adopted();
        return adopted != null && failure.equals(adopted.failure());
    }

    private void tell(String name, Exclusion exclusion, Failure failure) {
        Duration lasts = exclusion.isLasting() ? LONGEST : left(exclusion.untilNanos());
        if (lasts.isNegative() || lasts.isZero()) {
            return;
        }
        ExclusionCell cell = health.cell(exclusion.scope());
        ExclusionFact said = new ExclusionFact(
                failure.kind(),
                failure.cause(),
                cell.isInDoubt(),
                exclusion.isLasting(),
                isConfirmed(name, failure.kind()),
                cell.strikes(),
                failure.status(),
                names.withoutSecrets(failure.scope(), failure.reason()));
        Known own = new Known(said, store.replica(), exclusion.untilNanos(), null);
        if (known.tell(name, own)) {
            publish(name, said, lasts);
        }
    }

    /** Returns whether two replicas have been rejected, this one included. */
    private boolean isConfirmed(String name, FailureKind kind) {
        Known before = known.continued(name);
        return before != null
                && before.fact().kind() == kind
                && (before.fact().confirmed() || !before.isBy(store.replica()));
    }

    private void publish(String name, ExclusionFact said, Duration lasts) {
        Fact.Precedence precedence = said.confirmed() ? Fact.Precedence.LATEST : Fact.Precedence.LONGEST;
        store.publish(new Fact(FactKind.EXCLUSION, name, said.text(), store.replica(), lasts, precedence));
    }

    private Duration left(long untilNanos) {
        Duration left = Duration.ofNanos(untilNanos - clock.nanos());
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }

    /** Tells the others that a scope works. */
    void restored(Scope scope) {
        String name = names.nameOf(scope);
        if (name != null && known.forget(name)) {
            store.retract(FactKind.EXCLUSION, name);
        }
    }

    /** Retracts what is known of some scopes: an operator of this replica has decided so. */
    void retract(Predicate<Scope> which) {
        forget(which).forEach(name -> store.retract(FactKind.EXCLUSION, name));
    }

    /** Forgets what is known of some scopes, since an operator has decided so; returns the names of the facts. */
    List<String> forget(Predicate<Scope> which) {
        List<String> forgotten = new ArrayList<>();
        for (String name : known.names()) {
            Scope scope = names.scopeOf(name);
            if (scope != null && which.test(scope) && known.forget(name)) {
                forgotten.add(name);
            }
        }
        return forgotten;
    }

    @Override
    public void all(List<Fact> facts) {
        Map<String, Known> before = known.all();
        facts.forEach(this::published);
        Set<String> present = facts.stream().map(Fact::name).collect(Collectors.toSet());
        before.forEach((name, fact) -> {
            if (!present.contains(name) && fact.untilNanos() > clock.nanos()) {
                missing(name, fact);
            }
        });
    }

    /** Acts on a fact that the store does not have although it has not ended: it was retracted, or lost. */
    private void missing(String name, Known fact) {
        if (!fact.isBy(store.replica())) {
            retracted(name);
            return;
        }
        Scope scope = names.scopeOf(name);
        if (scope != null && ownExclusion(name, scope, fact.fact().kind()) != null) {
            publish(name, fact.fact(), left(fact.untilNanos()));
        }
    }

    @Override
    public void published(Fact fact) {
        ExclusionFact said = ExclusionFact.read(fact.value());
        if (said == null) {
            return;
        }
        Known told = new Known(said, fact.by(), PoolClock.plus(clock.nanos(), fact.lasts()), null);
        if (known.hear(fact.name(), told) && !told.isBy(store.replica())) {
            act(fact.name(), told);
        }
    }

    private void act(String name, Known fact) {
        Scope scope = names.scopeOf(name);
        if (scope == null) {
            return;
        }
        if (!fact.fact().needsOpinion()) {
            adopt(name, fact, scope);
            return;
        }
        Exclusion own = ownExclusion(name, scope, fact.fact().kind());
        if (own != null) {
            tell(name, own, Objects.requireNonNull(own.failure()));
            return;
        }
        scheduler.schedule(clock.after(OPINION), () -> adopt(name, fact, scope));
        if (order.placeFor(name, fact.by()) == 0) {
            ask(name, fact, scope);
        }
    }

    /** Returns the exclusion that an attempt of this replica led to; null if there is none of this kind. */
    private @Nullable Exclusion ownExclusion(String name, Scope scope, FailureKind kind) {
        Exclusion exclusion = health.cell(scope).at(clock.nanos());
        Failure failure = exclusion == null ? null : exclusion.failure();
        return failure != null && failure.kind() == kind && !isAdopted(name, failure) ? exclusion : null;
    }

    /** Makes the scope half-open, so that it is probed at once. */
    private void ask(String name, Known fact, Scope scope) {
        long now = clock.nanos();
        Exclusion question = exclusion(fact, scope, now);
        if (known.adopt(name, fact, question) && health.adopt(question, true, 0, now)) {
            tellExcluded(question);
        }
    }

    /** Takes over an exclusion, unless its fact has been retracted or replaced meanwhile. */
    private void adopt(String name, Known fact, Scope scope) {
        long now = clock.nanos();
        if (fact.untilNanos() <= now) {
            return;
        }
        Exclusion adopted = exclusion(fact, scope, until(name, fact));
        if (known.adopt(name, fact, adopted)
                && health.adopt(adopted, fact.fact().guessed(), fact.fact().strikes(), now)) {
            tellExcluded(adopted);
        }
    }

    private static Exclusion exclusion(Known fact, Scope scope, long untilNanos) {
        Failure failure = fact.fact().failureOf(scope, fact.by());
        return new Exclusion(scope, untilNanos, failure.reason(), failure);
    }

    /** Returns until when the scope is excluded here: if the end is a guess, until this replica's turn to find out. */
    private long until(String name, Known fact) {
        if (fact.fact().lasting()) {
            return PoolClock.NEVER;
        }
        return fact.fact().guessed()
                ? PoolClock.plus(fact.untilNanos(), TURN.multipliedBy(turn(name, fact)))
                : fact.untilNanos();
    }

    private int turn(String name, Known fact) {
        int afterReporter = order.isThere(fact.by()) ? 1 : 0;
        // Where a real call finds out, whoever needs the scope next may make it.
        int place = fact.fact().kind().isFaultOfKey() ? order.placeFor(name, fact.by()) : 0;
        return place + afterReporter;
    }

    private void tellExcluded(Exclusion exclusion) {
        if (exclusion.scope() instanceof Scope.ProjectModel ofModel && ofModel.use() != null) {
            pool.heed(ofModel);
        }
        pool.lookAgain();
        pool.excluded(new ScopeExcluded(
                exclusion.scope(),
                exclusion.isLasting() ? null : clock.instantAt(exclusion.untilNanos()),
                Objects.requireNonNull(exclusion.failure())));
    }

    @Override
    public void retracted(String name) {
        Known fact = known.retracted(name);
        Exclusion adopted = fact == null ? null : fact.adopted();
        if (adopted != null && health.withdraw(adopted)) {
            pool.lookAgain();
            pool.restored(new ScopeRestored(adopted.scope()));
        }
    }

    /** Looks again at the facts, since this replica has other keys now. */
    void keysChanged() {
        known.all().forEach((name, fact) -> {
            if (fact.adopted() == null && !fact.isBy(store.replica())) {
                act(name, fact);
            }
        });
    }
}

package io.github.geminipool.internal.pool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.PassedOver;
import io.github.geminipool.internal.event.Listeners;
import io.github.geminipool.internal.health.AttemptSubject;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.FailureEffects;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyChanges;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.health.PeerView;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallTrace;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies the consequences of an attempt: to the health of keys, to other calls, and to listeners. Holds no lock. */
final class AttemptEnds {

    private final Outage outage;
    private final PeerView peers;
    private final Runnable lookAgain;
    private final Health health;
    private final PoolListener listeners;
    private final boolean areStartsHeard;
    private final PoolClock clock;
    private final KeyChanges keyChanges;

    AttemptEnds(Outage outage, PeerView peers, Runnable lookAgain, PoolContext context) {
        this.outage = outage;
        this.peers = peers;
        this.lookAgain = lookAgain;
        this.health = context.health();
        this.listeners = context.listeners();
        this.areStartsHeard = !(listeners instanceof Listeners all) || all.hearAttemptStarted();
        this.clock = context.clock();
        this.keyChanges = new KeyChanges(listeners, clock);
    }

    /** Reports that an attempt is about to be sent. */
    void started(Lease lease) {
        CallTrace trace = lease.trace();
        if (!areStartsHeard && trace == null) {
            return;
        }
        AttemptStarted started =
                new AttemptStarted(lease.model(), lease.keyName(), lease.project(), lease.instanceIndex());
        listeners.attemptStarted(started);
        if (trace != null) {
            trace.attemptStarted(started);
        }
    }

    /** Ends the exclusions that an attempt probed, because a response begins to arrive. */
    void answered(Lease lease) {
        if (lease.probes().isEmpty() && health.isQuiet(outage)) {
            return;
        }
        restored(health.answered(subject(lease), clock.nanos()));
    }

    private AttemptSubject subject(Lease lease) {
        return new AttemptSubject(lease.key().health(), outage, lease.probes());
    }

    private void restored(List<Exclusion> exclusions) {
        if (!exclusions.isEmpty()) {
            lookAgain.run();
            exclusions.forEach(exclusion -> listeners.scopeRestored(new ScopeRestored(exclusion.scope())));
        }
    }

    /**
     * Applies the outcome of an attempt.
     *
     * @return the exclusions that it causes
     */
    List<Exclusion> record(Lease lease, Outcome outcome, long now) {
        Failure failure = outcome.failure();
        if (failure != null) {
            return failed(lease, failure, outcome.print(), now);
        }
        answered(lease);
        if (health.succeeded(lease.key().health(), now)) {
            keyChanges.tell(lease.key().health());
        }
        return List.of();
    }

    private List<Exclusion> failed(Lease lease, Failure failure, long print, long now) {
        FailureEffects effects = health.failed(subject(lease), failure, print, peers, now);
        if (effects.confirmsOutage()) {
            lease.confirmsOutage();
        }
        restored(effects.restored());
        if (effects.degraded()) {
            keyChanges.tell(lease.key().health());
        }
        boolean concernsOthers =
                effects.excluded().stream().anyMatch(exclusion -> !(exclusion.scope() instanceof Scope.ProjectModel));
        if (concernsOthers || !lease.probes().isEmpty()) {
            // Calls to other models may be waiting for the same key, project or account.
            lookAgain.run();
        }
        return effects.excluded();
    }

    /** Excludes a project from a use of a model because another key answered the same request, and reports that. */
    void convict(Failure failure, Scope scope, String answeredBy, long now) {
        Failure verdict = new Failure(
                FailureKind.NOT_ENTITLED,
                failure.cause(),
                scope,
                null,
                false,
                failure.status(),
                "Key '" + answeredBy + "' answered the same request: " + failure.reason());
        Exclusion exclusion = health.convict(verdict, outage, now);
        if (exclusion != null) {
            tell(exclusion);
        }
    }

    /** Reports that the key of an attempt is passed over from now on. */
    void tell(Lease lease, PassedOver passedOver, @Nullable Failure failure) {
        if (failure != null) {
            listeners.keyPassedOver(new KeyPassedOver(
                    lease.keyName(),
                    lease.project(),
                    lease.model(),
                    failure,
                    passedOver.failures(),
                    passedOver.answeredBy()));
        }
    }

    /** Reports the end of an attempt, and the exclusions that it caused, to the listeners. */
    void tell(Lease lease, AttemptEnded ended, List<Exclusion> excluded) {
        for (int i = 0; i < excluded.size(); i++) {
            tell(excluded.get(i));
        }
        listeners.attemptEnded(ended);
        CallTrace trace = lease.trace();
        if (trace != null) {
            trace.attemptEnded(ended);
        }
    }

    private void tell(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        if (failure != null) {
            Instant until = exclusion.isLasting() ? null : clock.instantAt(exclusion.untilNanos());
            listeners.scopeExcluded(new ScopeExcluded(exclusion.scope(), until, failure));
        }
    }
}

package io.github.geminipool.internal.call;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.Witness;
import io.github.geminipool.internal.evidence.Ambiguity;
import io.github.geminipool.internal.evidence.Contrasts;
import io.github.geminipool.internal.evidence.Question;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to other projects if one of them refused it without showing what is at fault, and draws the
 * conclusion: if another project answers, those that failed are excluded; if the others fail alike, the request is at
 * fault. Belongs to the call's thread.
 */
public final class CallContrast {

    /** Maximum number of other projects that a call asks; the second one only if the first may be at fault too. */
    private static final int MOST_ASKED = 2;

    private record Suspect(Lease lease, Failure failure) {}

    private final CallFacts facts;
    private final boolean isBodyReusable;
    private final BooleanSupplier namesResource;
    private final BooleanSupplier isCancelled;
    private final Contrasts contrasts;
    private final List<Suspect> suspects = new ArrayList<>(2);
    private int asked;
    private boolean isAsking;

    /** Whether the key that is being asked has answered recently. */
    private boolean isTrusted;

    /**
     * Creates the contrast of a call.
     *
     * @param isBodyReusable whether the request can be sent again
     * @param namesResource returns whether the request's body names a resource of some project, known or not
     * @param isCancelled returns whether the call is cancelled by now
     */
    public CallContrast(
            CallFacts facts,
            boolean isBodyReusable,
            BooleanSupplier namesResource,
            BooleanSupplier isCancelled,
            Contrasts contrasts) {
        this.facts = facts;
        this.isBodyReusable = isBodyReusable;
        this.namesResource = namesResource;
        this.isCancelled = isCancelled;
        this.contrasts = contrasts;
    }

    /** Returns whether the current attempt or lease request is meant to show what is at fault. */
    public boolean isAsking() {
        return isAsking;
    }

    /**
     * Records a failure.
     *
     * @param accepted the keys that the call may use
     * @return the keys to ask next, at once or not at all; null to ask none
     */
    public @Nullable KeyFilter failed(Failure failure, Lease lease, ModelPool pool, KeyFilter accepted) {
        boolean wasAsked = isAsking;
        isAsking = false;
        if (Ambiguity.of(failure) != Ambiguity.STANDING || !mayBeAskedElsewhere(failure)) {
            return null;
        }
        Question question = Question.of(subjectOf(facts, pool), failure);
        if (contrasts.isSettled(question)) {
            return null;
        }
        boolean alike =
                wasAsked && suspects.stream().anyMatch(suspect -> isAlike(suspect, failure, lease, pool, accepted));
        suspects.add(new Suspect(lease, failure));
        contrasts.failed(question, lease.project());
        if (alike && isTrusted) {
            contrasts.settle(question);
            return null;
        }
        Set<String> failing = contrasts.alike(question);
        KeyFilter others = others(pool, accepted, failing);
        if (others == null) {
            if ((alike || failing.size() > 1) && isNobodyLeft(pool, failing)) {
                contrasts.settle(question);
            }
            return null;
        }
        if (asked == MOST_ASKED || !contrasts.maySpend()) {
            return null;
        }
        Witness witness = pool.witness(others, facts.use(), accountToAvoid(failure, lease));
        if (witness == null || !contrasts.trySpend()) {
            return null;
        }
        asked++;
        isAsking = true;
        isTrusted = witness.isTrusted();
        return others.ofProject(witness.project());
    }

    /** Returns whether a key fails like another one, if possible one of another project. */
    private boolean isAlike(Suspect other, Failure failure, Lease lease, ModelPool pool, KeyFilter accepted) {
        boolean isOther = isOneProject(pool, accepted)
                ? !other.lease().keyName().equals(lease.keyName())
                : !other.lease().project().equals(lease.project());
        return isOther
                && other.failure().cause() == failure.cause()
                && other.failure().status() == failure.status();
    }

    /** Returns whether all projects have failed alike, except those that no call can use for a while. */
    private boolean isNobodyLeft(ModelPool pool, Set<String> failing) {
        KeyFilter left = KeyFilter.ANY.forUse(facts.use());
        for (String project : failing) {
            left = left.avoiding(new Scope.ProjectModel(project, pool.model()));
        }
        return !contrasts.isSoon(pool.nextUsable(left));
    }

    /** Records that the key that was asked failed through its own fault, which proves nothing: another key is asked. */
    public void failedOtherwise() {
        isTrusted = false;
    }

    /** Returns what a call asks, as far as projects differ in it. */
    public static Question.Subject subjectOf(CallFacts facts, ModelPool pool) {
        return new Question.Subject(facts.operation(), pool.nameFor(facts), facts.use());
    }

    /** Some things must not be done twice, and some can be done by one project only. */
    private boolean mayBeAskedElsewhere(Failure failure) {
        if (failure.cause() == FailureCause.MODEL_NOT_FOUND && !facts.hasModel()) {
            return false;
        }
        Use use = facts.use();
        return facts.affinity() == null
                && facts.continuation() == null
                && isBodyReusable
                && facts.operation().isRetryable()
                && use != Use.PREDICT
                && use != Use.BATCH
                && use != Use.INTERACTIONS
                && !isCancelled.getAsBoolean()
                && !namesResource.getAsBoolean();
    }

    /** Returns the keys of projects that have not failed in this way; null if none of them can be used now. */
    private @Nullable KeyFilter others(ModelPool pool, KeyFilter accepted, Set<String> alike) {
        KeyFilter others = untried(pool, accepted);
        KeyFilter fresh = others;
        for (String project : alike) {
            fresh = fresh.avoiding(new Scope.ProjectModel(project, pool.model()));
        }
        if (pool.isUsable(fresh)) {
            return fresh;
        }
        // All of one project: its other keys may differ.
        return isOneProject(pool, accepted) && pool.isUsable(others) ? others : null;
    }

    private boolean isOneProject(ModelPool pool, KeyFilter accepted) {
        Lease first = suspects.get(0).lease();
        return !pool.hasKeyFor(accepted.avoiding(new Scope.ProjectModel(first.project(), pool.model())));
    }

    /** Returns the keys that this call has not tried: of other projects, or of the same one if there is no other. */
    private KeyFilter untried(ModelPool pool, KeyFilter accepted) {
        boolean one = isOneProject(pool, accepted);
        KeyFilter untried = accepted;
        for (Suspect suspect : suspects) {
            untried = untried.avoiding(
                    one
                            ? new Scope.Key(suspect.lease().keyName())
                            : new Scope.ProjectModel(suspect.lease().project(), pool.model()));
        }
        return untried;
    }

    /** Returns the billing account that the failure may concern as a whole. */
    private static @Nullable String accountToAvoid(Failure failure, Lease lease) {
        return failure.cause() == FailureCause.BILLING_REQUIRED ? lease.billingAccount() : null;
    }

    /** Records that a key answered: those that failed the same request are at fault. */
    public void answered(Lease lease, ModelPool pool) {
        isAsking = false;
        for (Suspect suspect : suspects) {
            contrasts.answered(Question.of(subjectOf(facts, pool), suspect.failure()));
            if (suspect.lease().keyName().equals(lease.keyName())) {
                continue;
            }
            if (suspect.lease().project().equals(lease.project())) {
                pool.passOver(suspect.lease(), suspect.failure(), lease.keyName());
            } else {
                pool.convict(suspect.lease(), pool.nameFor(facts), suspect.failure(), lease.keyName());
            }
        }
        suspects.clear();
    }

    /** Forgets the failures, which say nothing about another model. */
    public void changeModel() {
        suspects.clear();
        asked = 0;
        isAsking = false;
    }
}

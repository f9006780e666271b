package io.github.geminipool.internal.http;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.answer.OwnResponses;
import io.github.geminipool.internal.call.AcceptedKeys;
import io.github.geminipool.internal.call.CallContrast;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.evidence.Ambiguity;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.retry.Decision;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.retry.Situation;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.RetryDecision;
import io.github.geminipool.spi.ServiceTier;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop of one call: a lease, an exchange and a decision for each attempt. Belongs to the call's thread. */
final class CallAttempts implements Attempt {

    private static final Logger log = LoggerFactory.getLogger(CallAttempts.class);

    private final RunningCall call;
    private final CallServices services;
    private final ServiceTier tier;
    private final ModelPool asked;
    private final @Nullable ModelRoute route;
    private List<Failure> failures = List.of();
    private ModelPool pool;
    private final AcceptedKeys accepted;
    private @Nullable CallContrast contrast;
    private int attempts;
    private int retries;
    private int backOffs;
    private boolean mayRetry = true;
    private final HeldRetry held;
    private final CallOutcome outcome;
    private boolean betweenAttempts;

    CallAttempts(RunningCall call, CallServices services) {
        this.call = call;
        this.services = services;
        this.tier = call.facts().serviceTier();
        this.asked = poolOf(call.facts().model());
        this.route = route();
        this.pool = route == null ? asked : poolOf(route.model());
        this.accepted = new AcceptedKeys(services.leases().filterOf(call.facts(), call.context()));
        accepted.nextOnly(services.leases().firstKeys(call.facts(), pool, accepted.filter()));
        this.held = new HeldRetry(services.retries(), tier);
        this.outcome = new CallOutcome(call, services);
        services.retries().earn(tier);
        CallTrace trace = call.context().trace();
        if (trace != null) {
            trace.asks(call.facts());
        }
    }

    private ModelPool poolOf(String model) {
        return services.pools().of(model, tier);
    }

    private @Nullable ModelRoute route() {
        ModelRoute begun = call.context().takeEarlyRoute();
        return begun != null && begun.requested().equals(call.facts().model())
                ? begun
                : services.leases().allowed(services.routes().of(call.facts()), call.context());
    }

    @Override
    public RetryDecision next() throws IOException {
        outcome.attemptsBegin();
        if (attempts > 0 && !held.isHeld()) {
            askedAgain();
        }
        if (route != null) {
            route.tell(services.listeners());
        }
        if (services.continuations().isEndless(call.facts())) {
            LeaseWait.release(call.context().takeEarlyRequest());
            return new RetryDecision.Done(OwnResponses.invalid(call.request(), Continuations.endless()));
        }
        return makeAttempts();
    }

    /** Makes attempts until one is answered, or none can follow at once. */
    private RetryDecision makeAttempts() throws IOException {
        while (true) {
            Lease lease = acquire();
            if (lease == null) {
                return new RetryDecision.Done(withoutLease());
            }
            attempts++;
            ExchangeResult result = services.exchange().make(call, lease, route == null ? null : route.fallback());
            held.end();
            RetryDecision decision = result instanceof ExchangeResult.Answered answered
                    ? answered(answered, lease)
                    : failed((ExchangeResult.Failed) result, lease);
            if (decision != null) {
                return decision;
            }
        }
    }

    /** Returns the response to the caller, unless it is empty and will be retried. */
    private RetryDecision answered(ExchangeResult.Answered answered, Lease lease) {
        outcome.answered();
        services.contrasts().earn();
        if (!failures.isEmpty()) {
            lease.sampled(call.print());
        }
        if (contrast != null) {
            contrast.answered(lease, pool);
        }
        EmptyResponse empty = answered.empty();
        if (empty == null) {
            return new RetryDecision.Done(answered.response());
        }
        Failure failure = new Failure(
                FailureKind.EMPTY_RESPONSE, new Scope.None(), null, false, 200, "The response is empty: " + empty);
        Decision decision = services.retries().decide(empty, situation(failure, lease, false));
        log(failure, lease, decision);
        if (!(decision instanceof Decision.Retry retry) || !held.take(failure)) {
            return new RetryDecision.Done(answered.response());
        }
        outcome.retries(answered.response());
        lease.complete(Outcome.success(empty, null));
        add(failure);
        return retry(retry.delay(), failure);
    }

    /** Returns the decision after a failure; null if the next attempt follows at once. */
    private @Nullable RetryDecision failed(ExchangeResult.Failed failed, Lease lease) throws IOException {
        outcome.failed(failed);
        Failure failure = failed.failure();
        boolean again = failures.stream().anyMatch(before -> before.scope().equals(failure.scope()));
        add(failure);
        Ambiguity ambiguity = Ambiguity.of(failure);
        if (ambiguity != Ambiguity.NONE && mayGoElsewhere()) {
            accepted.failed(failure, lease, pool);
        }
        Decision decision = services.retries().decide(failure, situation(failure, lease, again));
        log(failure, lease, decision);
        if (decision instanceof Decision.FailOver) {
            accepted.avoid(failure);
            goOnAsking();
            holdThread();
            return isAdmittedNowhere(failed) ? new RetryDecision.Done(outcome.of(failed)) : null;
        }
        if (decision instanceof Decision.Retry retry && mayBeRetried(failure)) {
            accepted.avoid(failure);
            goOnAsking();
            accepted.preferElsewhere();
            return retry(retry.delay(), failure);
        }
        if ((ambiguity == Ambiguity.STANDING || contrast != null) && isAskedElsewhere(failure, lease)) {
            outcome.questions(failed);
            holdThread();
            return null;
        }
        if (mayFallBack(failure)) {
            fallBack(failure);
            holdThread();
            return null;
        }
        if (failure.cause() == FailureCause.MODEL_NOT_FOUND) {
            services.pools().unknown(pool.model());
        }
        return goesToOwner(failed, lease) ? null : new RetryDecision.Done(outcome.of(failed));
    }

    /** A resource of one project can't be asked of another. */
    private boolean mayGoElsewhere() {
        return call.facts().affinity() == null && !call.facts().isContinuation();
    }

    /** Returns whether other keys are asked next, to find out who is at fault. */
    private boolean isAskedElsewhere(Failure failure, Lease lease) {
        if (contrast == null) {
            contrast = new CallContrast(
                    call.facts(),
                    call.isBodyReusable(),
                    () -> services.resources().isAnyNamedInBody(call.request()),
                    call.context()::isCancelled,
                    services.contrasts());
        }
        KeyFilter asked = contrast.failed(failure, lease, pool, accepted.filter());
        if (asked != null) {
            accepted.nextOnly(asked);
        }
        return asked != null;
    }

    /** The key that was asked failed through its own fault: one that has not failed is asked instead, if there is one. */
    private void goOnAsking() {
        if (contrast != null && contrast.isAsking()) {
            contrast.failedOtherwise();
            accepted.preferElsewhere();
        }
    }

    private void log(Failure failure, Lease lease, Decision decision) {
        log.debug(
                "Attempt {} to {} with {} failed: {} {}; {}",
                attempts,
                lease.model(),
                lease.keyName(),
                failure.kind(),
                failure.reason(),
                decision);
    }

    private void add(Failure failure) {
        if (failures.isEmpty()) {
            failures = new ArrayList<>(2);
        }
        failures.add(failure);
    }

    private boolean mayBeRetried(Failure failure) {
        return mayRetry && !(mayFallBack(failure) && pool.isOverloaded()) && held.take(failure);
    }

    /** Fails over once to the project that owns what the request names, if the request went to another project. */
    private boolean goesToOwner(ExchangeResult.Failed failed, Lease lease) throws IOException {
        Response error = failed.response();
        if (accepted.isBoundToOwner() || error == null || !call.isBodyReusable()) {
            return false;
        }
        String owner = ownerAfter(failed.failure(), error);
        if (owner == null || owner.equals(lease.project()) || !accepted.bindTo(owner, pool)) {
            return false;
        }
        holdThread();
        return true;
    }

    /** Returns the project that owns what the refused request names; null if none is known. */
    private @Nullable String ownerAfter(Failure failure, Response error) throws IOException {
        if (failure.kind() == FailureKind.WRONG_PROJECT) {
            String text = error.peekBody(ErrorBody.LIMIT).string();
            return services.resources().ownerAfter(text, call.facts(), call.request());
        }
        return failure.kind() == FailureKind.INVALID_REQUEST
                ? services.continuations().projectOf(call.facts())
                : null;
    }

    private RetryDecision retry(Duration delay, Failure failure) {
        retries++;
        backOffs += delay.isZero() ? 0 : 1;
        holdThread();
        return new RetryDecision.Retry(delay, failure);
    }

    private Situation situation(Failure failure, Lease lease, boolean again) {
        Integer ownMaximum = call.context().poolCall().options().maxAttempts();
        return new Situation(
                retries + 1,
                backOffs,
                ownMaximum != null ? ownMaximum : services.retries().maxAttempts(failure),
                call.isBodyReusable(),
                failure.kind() != FailureKind.NETWORK || call.context().isSent(),
                mayBeDoneTwice(),
                again,
                lease.isOutageConfirmed(),
                Ambiguity.of(failure) == Ambiguity.PASSING && accepted.isElsewhereUsable(pool),
                call.context().untilWallClock(failure.until()),
                call.context().remaining(),
                call.context().elapsed());
    }

    private boolean mayBeDoneTwice() {
        return call.facts().operation().isRetryable() && call.facts().use() != Use.PREDICT;
    }

    /** Returns whether the request was refused for its size, and no project is known to admit it. */
    private boolean isAdmittedNowhere(ExchangeResult.Failed failed) {
        return failed.failure().kind() == FailureKind.RATE_LIMITED
                && !accepted.restrictToSize(
                        pool, failed.exceeded(), services.leases().demandOf(call.facts()));
    }

    private boolean mayFallBack(Failure failure) {
        return failure.isCuredByAnotherModel() && hasFallback();
    }

    private boolean hasFallback() {
        return route != null && route.hasNext() && (attempts == 0 || call.isBodyReusable());
    }

    /** Moves to the next model. */
    private void fallBack(Failure why) {
        ModelRoute further = Objects.requireNonNull(route);
        further.next(why);
        ModelPool left = pool;
        pool = poolOf(further.model());
        accepted.changeModel();
        if (contrast != null) {
            contrast.changeModel();
        }
        if (betweenAttempts) {
            pool.attemptsBegin();
            left.attemptsEnd();
        }
        further.tell(services.listeners());
    }

    /** Prepares another attempt that the runner wants, although the pool considers the call ended. */
    private void askedAgain() throws IOException {
        if (!mayBeDoneTwice() || !call.isBodyReusable()) {
            throw new IOException("The runner refused the response, but the request must not be sent twice");
        }
        holdThread();
    }

    private void holdThread() {
        if (!betweenAttempts) {
            betweenAttempts = true;
            pool.attemptsBegin();
        }
    }

    /** Returns the next lease; null if the pool refused it. */
    private @Nullable Lease acquire() throws IOException {
        Lease lease = acquireHere();
        while (lease == null) {
            Refusal refusal = outcome.refusal();
            Failure why = refusal == null ? null : refusal.fallBackFor();
            if (why == null || !hasFallback()) {
                return null;
            }
            fallBack(why);
            lease = acquireHere();
        }
        return lease;
    }

    private @Nullable Lease acquireHere() throws IOException {
        LeaseRequest request = attempts == 0 ? call.context().takeEarlyRequest() : null;
        if (request == null) {
            boolean asks = contrast != null && contrast.isAsking();
            KeyFilter keys = asks ? accepted.takeAsked() : accepted.takeNext(pool);
            request = services.leases()
                    .acquire(call.context(), call.facts(), pool, keys, betweenAttempts, hasFallback(), asks);
        }
        Lease lease = request.lease();
        if (lease != null) {
            betweenAttempts = false;
            if (call.context().isCancelled()) {
                lease.unused();
                throw cancelled();
            }
            return lease;
        }
        outcome.refused(request.refusal());
        if (request.refusal() == null) {
            throw cancelled();
        }
        return null;
    }

    /** Returns what the caller gets because the pool refused a lease. */
    private Response withoutLease() throws IOException {
        ExchangeResult.Failed notRetried =
                outcome.notRetried(route == null || contrast != null, contrast != null && contrast.isAsking());
        if (notRetried != null) {
            return outcome.of(notRetried);
        }
        List<ModelPool> pools = route == null
                ? List.of(pool)
                : route.soFar().stream().map(this::poolOf).toList();
        return outcome.refused(pools, accepted.filter(), failures);
    }

    private static IOException cancelled() {
        return new IOException("Canceled");
    }

    @Override
    public void pause(Duration delay) throws IOException {
        try {
            if (!call.context().pause(delay)) {
                throw cancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a retry");
        }
    }

    @Override
    public Response giveUp() throws IOException {
        Response empty = outcome.takeEmptyResponse();
        if (empty != null) {
            return empty;
        }
        ExchangeResult.Failed failed = outcome.last();
        if (failed == null) {
            throw new IOException("The call was given up before its first attempt");
        }
        if (mayFallBack(failed.failure())) {
            mayRetry = false;
            held.end();
            fallBack(failed.failure());
            if (makeAttempts() instanceof RetryDecision.Done done) {
                return done.response();
            }
        }
        return outcome.of(failed);
    }

    /** Ends the call; {@code answered} says whether its caller gets a response. */
    void ended(boolean answered) {
        held.end();
        try {
            outcome.dropEmptyResponse();
        } finally {
            if (betweenAttempts) {
                betweenAttempts = false;
                pool.attemptsEnd();
            }
        }
        outcome.tell(asked.model(), attempts, answered);
    }
}

package io.github.geminipool.internal.http;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.answer.OwnResponses;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.Outcome;
import io.github.geminipool.internal.pool.Refusal;
import io.github.geminipool.internal.retry.Decision;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.retry.Situation;
import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.RetryDecision;
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
    private final ModelPool asked;
    private final @Nullable ModelRoute route;
    private List<Failure> failures = List.of();
    private ModelPool pool;
    private final AcceptedKeys accepted;
    private int attempts;
    private int retries;
    private boolean mayRetry = true;
    private boolean holdsRetry;
    private boolean betweenAttempts;
    private ExchangeResult.@Nullable Failed last;

    /** The open response of the last attempt, which is empty and will be retried. */
    private @Nullable Response emptyResponse;

    private @Nullable Refusal refusal;
    private CallEnded.Outcome outcome = CallEnded.Outcome.FAILURE;

    CallAttempts(RunningCall call, CallServices services) {
        this.call = call;
        this.services = services;
        this.asked = services.pools().of(call.facts().model());
        this.route = route();
        this.pool = route == null ? asked : services.pools().of(route.model());
        this.accepted = new AcceptedKeys(services.leases().filterOf(call.facts(), call.context()));
        services.retries().earn();
        CallTrace trace = call.context().trace();
        if (trace != null) {
            trace.asks(call.facts());
        }
    }

    private @Nullable ModelRoute route() {
        ModelRoute begun = call.context().takeEarlyRoute();
        return begun != null && begun.requested().equals(call.facts().model())
                ? begun
                : services.routes().of(call.facts());
    }

    @Override
    public RetryDecision next() throws IOException {
        outcome = CallEnded.Outcome.FAILURE;
        dropEmptyResponse();
        if (attempts > 0 && !holdsRetry) {
            askedAgain();
        }
        if (route != null) {
            route.tell(services.listeners());
        }
        return makeAttempts();
    }

    /** Makes attempts until one is answered, or none can follow at once. */
    private RetryDecision makeAttempts() throws IOException {
        while (true) {
            Lease lease = acquire();
            if (lease == null) {
                ExchangeResult.Failed notRetried = notRetried();
                return new RetryDecision.Done(notRetried != null ? orThrow(notRetried) : refused());
            }
            if (++attempts == 1) {
                // Waits end at the deadline; exchanges don't.
                call.context().keepDeadline();
            }
            ExchangeResult result = services.exchange().make(call, lease, route == null ? null : route.fallback());
            endRetry();
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
        outcome = CallEnded.Outcome.SUCCESS;
        EmptyResponse empty = answered.empty();
        if (empty == null) {
            return new RetryDecision.Done(answered.response());
        }
        Failure failure = new Failure(
                FailureKind.EMPTY_RESPONSE, new Scope.None(), null, false, 200, "The response is empty: " + empty);
        Decision decision = services.retries().decide(empty, situation(failure, lease, false));
        log.debug(
                "Attempt {} to {} with {} got an empty response: {}; {}",
                attempts,
                lease.model(),
                lease.keyName(),
                empty,
                decision);
        if (!(decision instanceof Decision.Retry retry) || !services.retries().tryRetry()) {
            return new RetryDecision.Done(answered.response());
        }
        outcome = CallEnded.Outcome.FAILURE;
        emptyResponse = answered.response();
        lease.complete(Outcome.success(empty, null));
        add(failure);
        return retry(retry.delay(), failure);
    }

    /** Returns the decision after a failure; null if the next attempt follows at once. */
    private @Nullable RetryDecision failed(ExchangeResult.Failed failed, Lease lease) throws IOException {
        last = failed;
        Failure failure = failed.failure();
        boolean again = failures.stream().anyMatch(before -> before.scope().equals(failure.scope()));
        add(failure);
        Decision decision = services.retries().decide(failure, situation(failure, lease, again));
        log.debug(
                "Attempt {} to {} with {} failed: {} {}; {}",
                attempts,
                lease.model(),
                lease.keyName(),
                failure.kind(),
                failure.reason(),
                decision);
        if (decision instanceof Decision.FailOver) {
            accepted.avoid(failure);
            holdThread();
            return isAdmittedNowhere(failed) ? new RetryDecision.Done(orThrow(failed)) : null;
        }
        if (decision instanceof Decision.Retry retry && mayBeRetried(failure)) {
            if (retry.elsewhere()) {
                accepted.nextElsewhere(lease);
            } else {
                accepted.avoid(failure);
            }
            return retry(retry.delay(), failure);
        }
        if (mayFallBack(failure)) {
            fallBack(failure);
            holdThread();
            return null;
        }
        return goesToOwner(failed, lease) ? null : new RetryDecision.Done(orThrow(failed));
    }

    private void add(Failure failure) {
        if (failures.isEmpty()) {
            failures = new ArrayList<>(2);
        }
        failures.add(failure);
    }

    private boolean mayBeRetried(Failure failure) {
        return mayRetry
                && !(mayFallBack(failure) && pool.isOverloaded())
                && services.retries().tryRetry();
    }

    /** Fails over once to the project that owns a resource named in the request, if another project got the request. */
    private boolean goesToOwner(ExchangeResult.Failed failed, Lease lease) throws IOException {
        Response error = failed.response();
        if (failed.failure().kind() != FailureKind.WRONG_PROJECT
                || accepted.isBoundToOwner()
                || error == null
                || !call.isBodyReusable()) {
            return false;
        }
        String text = error.peekBody(ErrorBody.LIMIT).string();
        String owner = services.resources().ownerAfter(text, call.facts(), call.request());
        if (owner == null || owner.equals(lease.project()) || !accepted.bindTo(owner, pool)) {
            return false;
        }
        holdThread();
        return true;
    }

    private RetryDecision retry(Duration delay, Failure failure) {
        holdsRetry = true;
        retries++;
        holdThread();
        return new RetryDecision.Retry(delay, failure);
    }

    private void dropEmptyResponse() {
        Response dropped = emptyResponse;
        emptyResponse = null;
        if (dropped != null) {
            dropped.close();
        }
    }

    private Situation situation(Failure failure, Lease lease, boolean again) {
        Integer ownMaximum = call.context().poolCall().options().maxAttempts();
        return new Situation(
                retries + 1,
                ownMaximum != null ? ownMaximum : services.retries().maxAttempts(),
                call.isBodyReusable(),
                failure.kind() != FailureKind.NETWORK || call.context().isSent(),
                call.facts().operation().isRetryable(),
                again,
                lease.isOutageConfirmed(),
                failure.kind() == FailureKind.OVERLOADED && pool.isUsable(accepted.elsewhere(lease)),
                call.context().untilWallClock(failure.until()),
                call.context().remaining());
    }

    /** Returns whether a request was refused for its size, and no project is known to admit it. */
    private boolean isAdmittedNowhere(ExchangeResult.Failed failed) {
        return failed.failure().kind() == FailureKind.RATE_LIMITED
                && !accepted.restrictToSize(pool, failed.exceeded(), LeaseWait.promptTokens(call.request()));
    }

    /** Returns the failure to report for a retry that gets no key; null if the pool refuses the call itself. */
    private ExchangeResult.@Nullable Failed notRetried() {
        boolean isRetry = last != null && last.failure().kind().isTransient();
        boolean isClosed = refusal == null || refusal.cause() == Refusal.Cause.CLOSED;
        return isRetry && !isClosed && route == null ? last : null;
    }

    private boolean mayFallBack(Failure failure) {
        return failure.kind().isCuredByAnotherModel() && hasFallback();
    }

    private boolean hasFallback() {
        return route != null && route.hasNext() && (attempts == 0 || call.isBodyReusable());
    }

    /** Moves to the next model. */
    private void fallBack(Failure why) {
        ModelRoute further = Objects.requireNonNull(route);
        further.next(why);
        ModelPool left = pool;
        pool = services.pools().of(further.model());
        accepted.changeModel();
        if (betweenAttempts) {
            pool.attemptsBegin();
            left.attemptsEnd();
        }
        further.tell(services.listeners());
    }

    /** Prepares another attempt, which the runner wants although the pool considers the call ended. */
    private void askedAgain() throws IOException {
        if (!call.facts().operation().isRetryable() || !call.isBodyReusable()) {
            throw new IOException("The response was refused, but the request must not be sent twice");
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
        while (lease == null && refusal != null && refusal.fallBackFor() != null && hasFallback()) {
            fallBack(refusal.fallBackFor());
            lease = acquireHere();
        }
        return lease;
    }

    private @Nullable Lease acquireHere() throws IOException {
        LeaseRequest request = attempts == 0 ? call.context().takeEarlyRequest() : null;
        if (request == null) {
            request = services.leases()
                    .acquire(
                            call.context(),
                            call.facts(),
                            call.request(),
                            pool,
                            accepted.takeNext(),
                            betweenAttempts,
                            hasFallback());
        }
        call.context().poolCall().decided(request.decision());
        Lease lease = request.lease();
        if (lease != null) {
            betweenAttempts = false;
            if (call.context().isCancelled()) {
                lease.unused();
                throw cancelled();
            }
            return lease;
        }
        refusal = request.refusal();
        if (refusal == null) {
            throw cancelled();
        }
        return null;
    }

    private Response refused() throws IOException {
        Refusal why = refusal;
        if (why == null || why.cause() == Refusal.Cause.CLOSED) {
            PoolClosedException closed = new PoolClosedException();
            call.context().poolCall().refused(closed);
            throw new IOException(closed.getMessage(), closed);
        }
        if (why.cause() == Refusal.Cause.TOO_LARGE) {
            long tokens = LeaseWait.promptTokens(call.request());
            return OwnResponses.invalid(call.request(), Refusals.tooLarge(pool, tokens, accepted.filter()));
        }
        outcome = CallEnded.Outcome.EXHAUSTED;
        List<ModelPool> pools = route == null
                ? List.of(pool)
                : route.soFar().stream().map(services.pools()::of).toList();
        long waited = call.context().poolCall().waitedNanos();
        // Scopes that rejected this call may be tried by the next one.
        PoolExhaustedException exhausted =
                services.refusals().exception(pools, accepted.filter().afresh(), why, failures, waited);
        call.context().poolCall().refused(exhausted);
        services.pools().refused(exhausted);
        return OwnResponses.exhausted(call.request(), String.valueOf(exhausted.getMessage()), exhausted.retryAfter());
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
        Response empty = emptyResponse;
        if (empty != null) {
            emptyResponse = null;
            outcome = CallEnded.Outcome.SUCCESS;
            return empty;
        }
        ExchangeResult.Failed failed = last;
        if (failed == null) {
            throw new IOException("The call was given up before its first attempt");
        }
        if (mayFallBack(failed.failure())) {
            mayRetry = false;
            endRetry();
            fallBack(failed.failure());
            if (makeAttempts() instanceof RetryDecision.Done done) {
                return done.response();
            }
        }
        return orThrow(failed);
    }

    private Response orThrow(ExchangeResult.Failed failed) throws IOException {
        if (failed.failure().kind() == FailureKind.CANCELLED) {
            outcome = CallEnded.Outcome.CANCELLED;
        }
        return failed.orThrow();
    }

    /**
     * Ends the call.
     *
     * @param answered whether its caller gets a response
     */
    void ended(boolean answered) {
        endRetry();
        try {
            dropEmptyResponse();
        } finally {
            if (betweenAttempts) {
                betweenAttempts = false;
                pool.attemptsEnd();
            }
        }
        if (!answered && outcome == CallEnded.Outcome.SUCCESS) {
            outcome = CallEnded.Outcome.FAILURE;
        }
        if (outcome == CallEnded.Outcome.FAILURE && call.context().isCancelled()) {
            outcome = CallEnded.Outcome.CANCELLED;
        }
        CallEnded ended = new CallEnded(
                asked.model(),
                outcome,
                attempts,
                Duration.ofNanos(call.context().poolCall().waitedNanos()),
                call.context().elapsed());
        services.listeners().callEnded(ended);
        CallTrace trace = call.context().trace();
        if (trace != null) {
            trace.ended(ended);
        }
    }

    private void endRetry() {
        if (holdsRetry) {
            holdsRetry = false;
            services.retries().ended();
        }
    }
}

package io.github.geminipool.internal.http;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.Refusal;
import io.github.geminipool.internal.retry.Decision;
import io.github.geminipool.internal.retry.Situation;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.RetryDecision;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.Interceptor;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts of one HTTP call: a lease, an exchange and a decision each. Belongs to the call's thread. */
final class CallAttempts implements Attempt {

    private static final Logger log = LoggerFactory.getLogger(CallAttempts.class);

    private final Interceptor.Chain chain;
    private final CallContext context;
    private final CallFacts facts;
    private final HttpParts parts;
    private final ModelPool asked;
    private final @Nullable ModelRoute route;
    private final Exchange exchange;
    private final List<Failure> failures = new ArrayList<>(2);
    private ModelPool pool;
    private KeyFilter filter;

    /** What only the next attempt accepts; null: what all accept. */
    private @Nullable KeyFilter nextFilter;

    private int attempts;
    private int retries;
    private boolean mayRetry = true;
    private boolean holdsRetry;
    private boolean wentToOwner;
    private boolean betweenAttempts;
    private ExchangeResult.@Nullable Failed last;

    /** The answer of the last attempt, which says nothing and is to be asked for again; it is open. */
    private @Nullable Response emptyResponse;

    private @Nullable Refusal refusal;
    private CallEnded.Outcome outcome = CallEnded.Outcome.FAILURE;

    CallAttempts(Interceptor.Chain chain, CallContext context, CallFacts facts, HttpParts parts) {
        this.chain = chain;
        this.context = context;
        this.facts = facts;
        this.parts = parts;
        this.asked = parts.pools().of(facts.model());
        this.route = route();
        this.pool = route == null ? asked : parts.pools().of(route.model());
        this.exchange = new Exchange(chain, context, facts, parts);
        this.filter = parts.filterOf(facts, context);
        parts.budget().earn();
        CallTrace trace = context.trace();
        if (trace != null) {
            trace.asks(facts);
        }
    }

    private @Nullable ModelRoute route() {
        ModelRoute begun = context.takeEarlyRoute();
        return begun != null && begun.asked().equals(facts.model()) ? begun : parts.routeOf(facts);
    }

    @Override
    public RetryDecision next() throws IOException {
        outcome = CallEnded.Outcome.FAILURE;
        dropEmptyResponse();
        if (attempts > 0 && !holdsRetry) {
            askedAgain();
        }
        if (route != null) {
            route.tell(parts.listeners());
        }
        return attempts();
    }

    private RetryDecision attempts() throws IOException {
        while (true) {
            Lease lease = acquire();
            if (lease == null) {
                ExchangeResult.Failed notRetried = notRetried();
                return new RetryDecision.Done(notRetried != null ? orThrow(notRetried) : refused());
            }
            if (++attempts == 1) {
                // Waits keep the deadline by themselves; exchanges don't.
                context.keepDeadline(parts.scheduler());
            }
            ExchangeResult exchanged = exchange.with(lease, route == null ? null : route.fallback());
            endRetry();
            if (exchanged instanceof ExchangeResult.Answered answered) {
                return answered(answered, lease);
            }
            ExchangeResult.Failed failed = (ExchangeResult.Failed) exchanged;
            last = failed;
            Failure failure = failed.failure();
            boolean again = failures.stream().anyMatch(before -> before.scope().equals(failure.scope()));
            failures.add(failure);
            Decision decision = parts.rules().decide(failure, situation(failure, lease, again), chance());
            log.debug(
                    "Attempt {} to {} with {} failed: {} {}; {}",
                    attempts,
                    lease.model(),
                    lease.keyName(),
                    failure.kind(),
                    failure.reason(),
                    decision);
            if (decision instanceof Decision.FailOver) {
                goOn(failure, lease, false);
                if (refusedForSize(failure, lease)) {
                    return new RetryDecision.Done(orThrow(failed));
                }
            } else if (decision instanceof Decision.Retry retry
                    && mayRetry
                    && !(mayFallBack(failure) && pool.isOverloaded())
                    && parts.budget().tryRetry()) {
                goOn(failure, lease, retry.elsewhere());
                return retry(retry.delay(), failure);
            } else if (mayFallBack(failure)) {
                fallBack(failure);
                holdThread();
            } else if (!goesToOwner(failed, lease)) {
                return new RetryDecision.Done(orThrow(failed));
            }
        }
    }

    /** Goes on where the resource is that the request names, if it was asked for elsewhere: once, and to its owner only. */
    private boolean goesToOwner(ExchangeResult.Failed failed, Lease lease) throws IOException {
        Response said = failed.response();
        if (failed.failure().kind() != FailureKind.WRONG_PROJECT || wentToOwner || said == null || !bodyIsThere()) {
            return false;
        }
        String error = said.peekBody(ErrorBody.LIMIT).string();
        String owner = parts.resources().ownerAfter(error, facts, chain.request());
        if (owner == null || owner.equals(lease.project())) {
            return false;
        }
        KeyFilter bound = new KeyFilter(filter.choice(), owner, filter.avoided());
        if (!pool.hasKeyFor(bound)) {
            return false;
        }
        wentToOwner = true;
        filter = bound;
        holdThread();
        return true;
    }

    /** An answer is the caller's, unless it says nothing and is to be asked for again. */
    private RetryDecision answered(ExchangeResult.Answered answered, Lease lease) {
        outcome = CallEnded.Outcome.SUCCESS;
        EmptyResponse empty = answered.empty();
        if (empty == null) {
            return new RetryDecision.Done(answered.response());
        }
        Failure failure = saysNothing(empty);
        Decision decision = parts.rules().decide(empty, situation(failure, lease, false), chance());
        log.debug(
                "Attempt {} to {} with {} got an answer that says nothing: {}; {}",
                attempts,
                lease.model(),
                lease.keyName(),
                empty,
                decision);
        if (!(decision instanceof Decision.Retry retry) || !parts.budget().tryRetry()) {
            return new RetryDecision.Done(answered.response());
        }
        outcome = CallEnded.Outcome.FAILURE;
        emptyResponse = answered.response();
        lease.complete(empty, null, true);
        failures.add(failure);
        return retry(retry.delay(), failure);
    }

    private static Failure saysNothing(EmptyResponse empty) {
        return new Failure(
                FailureKind.EMPTY_RESPONSE, new Scope.None(), null, false, 200, "The answer says nothing: " + empty);
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

    private double chance() {
        return parts.random().nextDouble();
    }

    private Situation situation(Failure failure, Lease lease, boolean again) {
        Integer ownMaximum = context.poolCall().options().maxAttempts();
        return new Situation(
                retries + 1,
                ownMaximum != null ? ownMaximum : parts.settings().retry().maxAttempts(),
                bodyIsThere(),
                failure.kind() != FailureKind.NETWORK || context.isSent(),
                facts.operation().isRetryable(),
                again,
                lease.isOutageConfirmed(),
                failure.kind() == FailureKind.OVERLOADED && pool.isUsable(elsewhere(lease)),
                asked(failure),
                remaining());
    }

    private boolean bodyIsThere() {
        RequestBody body = chain.request().body();
        return body == null || !(body.isOneShot() || body.isDuplex());
    }

    private Duration remaining() {
        long deadline = context.deadlineNanos();
        return deadline == PoolClock.NEVER
                ? Duration.ofNanos(PoolClock.NEVER)
                : Duration.ofNanos(deadline - parts.clock().nanos());
    }

    private Duration asked(Failure failure) {
        Instant until = failure.until();
        return until == null ? Duration.ZERO : Duration.between(parts.clock().now(), until);
    }

    private KeyFilter elsewhere(Lease lease) {
        return filter.avoiding(new Scope.ProjectModel(lease.project(), lease.model()));
    }

    private void goOn(Failure failure, Lease lease, boolean elsewhere) {
        if (elsewhere) {
            nextFilter = elsewhere(lease);
        } else if (failure.kind().isCuredByAnotherKey() && failure.kind() != FailureKind.RATE_LIMITED) {
            // A quota comes back while the call waits; what rejected it does not.
            filter = filter.avoiding(failure.scope());
        }
        holdThread();
    }

    /**
     * A request that was refused for its size goes on only where it is known to be admitted.
     *
     * @return whether that is nowhere
     */
    private boolean refusedForSize(Failure failure, Lease lease) {
        if (failure.kind() != FailureKind.RATE_LIMITED) {
            return false;
        }
        KeyFilter further = pool.afterRefusalForSize(lease, HttpParts.promptTokens(chain.request()), filter);
        if (further == null) {
            return false;
        }
        filter = further;
        return !pool.hasKeyFor(further);
    }

    /** What a repeat that gets no key was to repeat: the caller is told of that; null if the pool refuses the call. */
    private ExchangeResult.@Nullable Failed notRetried() {
        boolean isRetry = last != null && last.failure().kind().isTransient();
        boolean isClosed = refusal == null || refusal.cause() == Refusal.Cause.CLOSED;
        return isRetry && !isClosed && route == null ? last : null;
    }

    private boolean mayFallBack(Failure failure) {
        return failure.kind().isCuredByAnotherModel() && hasFallback();
    }

    /** Whether there is another model to go on with, and something to send to it. */
    private boolean hasFallback() {
        return route != null && route.hasNext() && (attempts == 0 || bodyIsThere());
    }

    /** Goes on with the next model. */
    private void fallBack(Failure why) {
        ModelRoute further = Objects.requireNonNull(route);
        further.goOn(why);
        ModelPool left = pool;
        pool = parts.pools().of(further.model());
        filter = filter.forAnotherModel();
        if (betweenAttempts) {
            pool.attemptsBegin();
            left.attemptsEnd();
        }
        further.tell(parts.listeners());
    }

    /** The call was over for the pool, but whoever listens to the runner refused the answer. */
    private void askedAgain() throws IOException {
        if (!facts.operation().isRetryable() || !bodyIsThere()) {
            throw new IOException("The answer was refused, but what was asked for must not be done twice");
        }
        holdThread();
    }

    private void holdThread() {
        if (!betweenAttempts) {
            betweenAttempts = true;
            pool.attemptsBegin();
        }
    }

    /** The next lease, or null if the pool refused it. */
    private @Nullable Lease acquire() throws IOException {
        Lease lease = acquireHere();
        while (lease == null && refusal != null && refusal.fallBackFor() != null && hasFallback()) {
            fallBack(refusal.fallBackFor());
            lease = acquireHere();
        }
        return lease;
    }

    private @Nullable Lease acquireHere() throws IOException {
        long before = parts.clock().nanos();
        LeaseRequest wish = attempts == 0 ? context.takeEarlyWish() : null;
        if (wish == null) {
            KeyFilter wanted = nextFilter != null ? nextFilter : filter;
            nextFilter = null;
            wish = new LeaseRequest(
                    wanted,
                    parts.demandOf(facts, chain.request(), pool),
                    wishDeadline(context, parts, before),
                    betweenAttempts,
                    hasFallback(),
                    null);
            if (context.poolCall().options().explained()) {
                wish.explain();
            }
            context.wishes(pool, wish);
            pool.request(wish);
        }
        await(wish, before);
        context.poolCall().decided(wish.decision());
        Lease lease = wish.lease();
        if (lease != null) {
            betweenAttempts = false;
            if (context.isCancelled()) {
                lease.unused();
                throw cancelled();
            }
            return lease;
        }
        refusal = wish.refusal();
        if (refusal == null) {
            throw cancelled();
        }
        return null;
    }

    private void await(LeaseRequest wish, long since) throws IOException {
        if (wish.isSettled() && !wish.wasQueued()) {
            return;
        }
        try {
            wish.await(parts.clock());
        } catch (InterruptedException e) {
            pool.cancel(wish);
            Lease lease = wish.lease();
            if (lease != null) {
                betweenAttempts = false;
                lease.unused();
            }
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a key");
        } finally {
            context.poolCall().waited(parts.clock().nanos() - since);
        }
    }

    /** Until when a call may wait for a lease: its acquire timeout bounds all its waits together. */
    static long wishDeadline(CallContext context, HttpParts parts, long nowNanos) {
        long waits = context.poolCall().waitsUntil(parts.settings().acquireTimeout(), nowNanos);
        return Math.min(waits, context.deadlineNanos());
    }

    private Response refused() throws IOException {
        Refusal why = refusal;
        if (why == null || why.cause() == Refusal.Cause.CLOSED) {
            PoolClosedException closed = new PoolClosedException();
            context.poolCall().refused(closed);
            throw new IOException(closed.getMessage(), closed);
        }
        if (why.cause() == Refusal.Cause.TOO_LARGE) {
            return Refusals.tooLarge(
                    chain.request(),
                    pool.model(),
                    HttpParts.promptTokens(chain.request()),
                    pool.largestTokenLimit(filter));
        }
        outcome = CallEnded.Outcome.EXHAUSTED;
        List<ModelPool> pools = route == null
                ? List.of(pool)
                : route.soFar().stream().map(parts.pools()::of).toList();
        if (why.cause() == Refusal.Cause.NO_KEY) {
            // What rejected this call may be tried again by the next one.
            long next = PoolClock.NEVER;
            for (ModelPool tried : pools) {
                next = Math.min(next, tried.nextUsable(filter.afresh()));
            }
            why = new Refusal(why.cause(), next);
        }
        PoolExhaustedException exhausted = parts.refusals()
                .exception(
                        pools,
                        filter.afresh(),
                        why,
                        failures,
                        context.poolCall().waitedNanos());
        context.poolCall().refused(exhausted);
        parts.pools().refused(exhausted);
        return Refusals.answer(chain.request(), exhausted);
    }

    private static IOException cancelled() {
        return new IOException("Canceled");
    }

    @Override
    public void pause(Duration delay) throws IOException {
        try {
            if (!context.pause(delay)) {
                throw cancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a repeat");
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
            if (attempts() instanceof RetryDecision.Done done) {
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
     * The call is over.
     *
     * @param answered whether its caller gets a response
     */
    void ended(boolean answered) {
        endRetry();
        dropEmptyResponse();
        if (!answered && outcome == CallEnded.Outcome.SUCCESS) {
            outcome = CallEnded.Outcome.FAILURE;
        }
        if (betweenAttempts) {
            betweenAttempts = false;
            pool.attemptsEnd();
        }
        if (outcome == CallEnded.Outcome.FAILURE && context.isCancelled()) {
            outcome = CallEnded.Outcome.CANCELLED;
        }
        CallEnded ended = new CallEnded(
                asked.model(),
                outcome,
                attempts,
                Duration.ofNanos(context.poolCall().waitedNanos()),
                Duration.ofNanos(parts.clock().nanos() - context.poolCall().startNanos()));
        parts.listeners().callEnded(ended);
        CallTrace trace = context.trace();
        if (trace != null) {
            trace.ended(ended);
        }
    }

    private void endRetry() {
        if (holdsRetry) {
            holdsRetry = false;
            parts.budget().ended();
        }
    }
}

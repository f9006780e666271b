package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.evidence.Ambiguity;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.retry.Decision;
import io.github.geminipool.internal.retry.Situation;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.settings.RetrySettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call with its attempts, made as the interceptor does: a lease, an exchange and a decision each. */
final class SimulatedCall {

    /** How a call ended. */
    enum End {
        SUCCEEDED,
        FAILED,
        REFUSED,
        CANCELLED
    }

    final ModelPool pool;
    final KeyFilter asked;
    final long start;
    private final ChaosRun run;
    private final long deadline;
    private final Duration acquireTimeout;
    private final boolean isInvalid;
    private final boolean isRetryable;
    private final boolean isStream;
    private final List<Failure> failures = new ArrayList<>(2);
    private KeyFilter filter;
    private @Nullable KeyFilter triedElsewhere;
    private @Nullable KeyFilter nextFilter;
    private long waited;
    private int attempts;
    private int retries;
    private int backOffs;
    private boolean holdsRetry;
    private boolean between;
    private @Nullable LeaseRequest request;
    private @Nullable Lease lease;
    private boolean isSent;
    private Scheduler.@Nullable Alarm next;
    private @Nullable End end;

    /** Creates a call that begins now; a random number selects its special behaviour. */
    SimulatedCall(ChaosRun run, ModelPool pool, KeyFilter asked) {
        this.run = run;
        this.pool = pool;
        this.asked = asked;
        this.filter = asked;
        this.start = run.now();
        int dice = run.random.nextInt(100);
        this.isInvalid = dice < 4;
        this.isRetryable = dice >= 8;
        this.isStream = dice < 40;
        this.acquireTimeout = Duration.ofMillis(
                run.random.nextInt(4) > 0 ? 30_000 : run.random.nextInt(5) == 0 ? 0 : run.random.nextInt(10_000));
        this.deadline =
                run.random.nextInt(5) > 0 ? PoolClock.NEVER : start + (500 + run.random.nextInt(60_000)) * 1_000_000L;
    }

    /** Creates a call with the default timeout and no special behaviour. */
    private SimulatedCall(ChaosRun run, ModelPool pool, KeyFilter asked, Duration acquireTimeout) {
        this.run = run;
        this.pool = pool;
        this.asked = asked;
        this.filter = asked;
        this.start = run.now();
        this.isInvalid = false;
        this.isRetryable = true;
        this.isStream = false;
        this.acquireTimeout = acquireTimeout;
        this.deadline = PoolClock.NEVER;
    }

    static SimulatedCall plain(ChaosRun run, ModelPool pool, KeyFilter asked) {
        return new SimulatedCall(run, pool, asked, Duration.ofSeconds(30));
    }

    void begin() {
        run.budget.earn();
        acquire();
    }

    boolean isWaiting() {
        return request != null;
    }

    @Nullable
    LeaseRequest request() {
        return request;
    }

    boolean isBetweenAttempts() {
        return between;
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    @Nullable
    End end() {
        return end;
    }

    List<Failure> failures() {
        return failures;
    }

    private void acquire() {
        next = null;
        long since = run.now();
        KeyFilter wanted = nextFilter != null ? nextFilter : filter;
        nextFilter = null;
        Duration left = acquireTimeout.minusNanos(waited);
        long until = Math.min(PoolClock.plus(since, left.isNegative() ? Duration.ZERO : left), deadline);
        LeaseRequest[] made = new LeaseRequest[1];
        made[0] = new LeaseRequest(wanted, Demand.REQUEST, until, between, false, () -> {
            check(run.now() <= Math.max(since, until), "waits past its deadline");
            // Like a waiting thread, the call continues after the code that woke it.
            run.soon(() -> settled(made[0], since));
        });
        request = made[0];
        pool.request(made[0]);
    }

    private void settled(LeaseRequest of, long since) {
        check(of == request, "got its request settled twice");
        request = null;
        waited += run.now() - since;
        Lease granted = of.lease();
        if (granted != null) {
            between = false;
            attempt(granted);
            return;
        }
        Refusal refusal = of.refusal();
        if (refusal == null) {
            ends(End.CANCELLED, "while it waited");
            return;
        }
        boolean isRetry = !failures.isEmpty() && last().kind().isTransient();
        if (refusal.cause() == Refusal.Cause.NO_KEY) {
            run.checkNoKeyHadRoom(this, "refused, having met " + failures);
        }
        if (isRetry) {
            ends(End.FAILED, "not repeated: " + last().kind());
        } else {
            ends(End.REFUSED, refusal.cause().name());
        }
    }

    private Failure last() {
        return failures.get(failures.size() - 1);
    }

    private void attempt(Lease granted) {
        check(!granted.isCompleted(), "got a completed lease");
        lease = granted;
        attempts++;
        run.holds(granted);
        granted.started();
        SimulatedGemini.Answer answer = run.gemini.ask(granted, isInvalid);
        isSent = answer.sent();
        long at = run.now() + answer.afterNanos();
        run.answersUntil(Math.min(at, deadline));
        if (at > deadline) {
            next = run.at(deadline, () -> completed(granted, cancelled(), List.of(), answer.sent()));
        } else if (answer.failure() == null && isStream) {
            next = run.at(run.now() + answer.afterNanos() / 4, () -> {
                answered(granted);
                boolean breaks = run.random.nextInt(20) == 0;
                next = run.at(at, () -> completed(granted, breaks ? cut() : null, List.of(), true));
            });
        } else {
            next = run.at(at, () -> {
                completed(granted, answer.failure(), answer.exceeded(), answer.sent());
            });
        }
    }

    /** Faster than AssertJ, which would take most of the time. */
    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError("a call to " + pool.model() + " that began at " + start + " ns " + otherwise);
        }
    }

    private static Failure cancelled() {
        return new Failure(FailureKind.CANCELLED, new Scope.None(), null, false, 0, "cancelled");
    }

    /** Returns the failure of a stream that breaks off, which goes to the caller. */
    private static Failure cut() {
        return new Failure(FailureKind.NETWORK, new Scope.None(), null, false, 0, "cut");
    }

    private void answered(Lease of) {
        run.gemini.isKnownToServe(of.model());
        of.answered();
    }

    private void completed(Lease of, @Nullable Failure failure, List<ExceededQuota> exceeded, boolean sent) {
        next = null;
        boolean isOver = failure == null || failure.reason().equals("cut");
        KeyHealth key = of.key().health();
        long excluded = run.figures.excluded;
        double errorRate = key.errorRate(run.now());
        boolean wasDegraded = key.isDegraded();
        if (failure == null) {
            answered(of);
        }
        lease = null;
        run.returned(of);
        Outcome outcome = failure == null ? Outcome.SUCCESS : Outcome.refused(failure, exceeded, sent);
        check(of.complete(outcome), "has a lease that was already completed");
        check(!of.complete(outcome), "completes its lease twice");
        endRetry();
        if (failure == null) {
            ends(End.SUCCEEDED, of.keyName());
            return;
        }
        boolean again = failures.stream().anyMatch(before -> before.scope().equals(failure.scope()));
        failures.add(failure);
        if (isOver) {
            ends(End.FAILED, "in the middle");
            return;
        }
        Decision decision = run.rules.decide(failure, situation(failure, of, again, sent), run.random.nextDouble());
        if (failure.scope() instanceof Scope.Request) {
            assertThat(decision).as("after an error of the request").isInstanceOf(Decision.Return.class);
            assertThat(run.figures.excluded)
                    .as("exclusions after an error of the request")
                    .isEqualTo(excluded);
            assertThat(key.errorRate(run.now()))
                    .as("error rate after an error of the request")
                    .isLessThanOrEqualTo(errorRate);
            assertThat(key.isDegraded())
                    .as("degraded after an error of the request")
                    .isEqualTo(wasDegraded);
        }
        if (decision instanceof Decision.FailOver) {
            goOn(failure, of, false);
            acquire();
        } else if (decision instanceof Decision.Retry retry && run.budget.tryRetry()) {
            goOn(failure, of, Ambiguity.of(failure) == Ambiguity.PASSING);
            holdsRetry = true;
            retries++;
            backOffs += retry.delay().isZero() ? 0 : 1;
            next = run.at(PoolClock.plus(run.now(), retry.delay()), this::acquire);
        } else {
            if (failure.kind().isCuredByAnotherKey()) {
                run.checkNoKeyHadRoom(this, "failed with " + failure + ", " + decision);
            }
            ends(
                    failure.kind() == FailureKind.CANCELLED ? End.CANCELLED : End.FAILED,
                    failure.kind().name());
        }
    }

    private Situation situation(Failure failure, Lease of, boolean again, boolean sent) {
        Instant until = failure.until();
        return new Situation(
                retries + 1,
                backOffs,
                RetrySettings.DEFAULTS.maxAttempts(),
                true,
                failure.kind() != FailureKind.NETWORK || sent,
                isRetryable,
                again,
                of.isOutageConfirmed(),
                Ambiguity.of(failure) == Ambiguity.PASSING && pool.isUsable(elsewhere(of)),
                until == null ? Duration.ZERO : Duration.between(run.time.now(), until),
                Duration.ofNanos(deadline == PoolClock.NEVER ? deadline : deadline - run.now()),
                Duration.ZERO);
    }

    private KeyFilter elsewhere(Lease of) {
        KeyFilter tried = triedElsewhere == null ? filter : triedElsewhere;
        return tried.avoiding(new Scope.ProjectModel(of.project(), of.model()));
    }

    private void goOn(Failure failure, Lease of, boolean elsewhere) {
        if (elsewhere) {
            triedElsewhere = elsewhere(of);
            nextFilter = pool.isUsable(triedElsewhere) ? triedElsewhere : null;
        } else if (failure.kind().isCuredByAnotherKey() && failure.kind() != FailureKind.RATE_LIMITED) {
            filter = filter.avoiding(failure.scope());
        }
        if (!between) {
            between = true;
            pool.attemptsBegin();
        }
    }

    private void endRetry() {
        if (holdsRetry) {
            holdsRetry = false;
            run.budget.ended();
        }
    }

    /** Cancels the call, as its caller. */
    void cancel() {
        LeaseRequest waiting = request;
        Lease held = lease;
        if (waiting != null) {
            pool.cancel(waiting);
        } else if (end == null && next != null) {
            next.cancel();
            if (held != null) {
                completed(held, cancelled(), List.of(), isSent);
            } else {
                ends(End.CANCELLED, "between attempts");
            }
        }
    }

    private void ends(End how, String why) {
        check(end == null, "ends twice");
        end = how;
        endRetry();
        if (between) {
            between = false;
            pool.attemptsEnd();
        }
        run.ended(this, how, why, attempts);
    }
}

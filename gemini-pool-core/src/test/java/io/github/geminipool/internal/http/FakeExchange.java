package io.github.geminipool.internal.http;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Answers attempts as a test says, one step after the other; records which keys and models were asked. */
final class FakeExchange implements Exchange {

    /** The answer to one attempt; completes the lease or leaves that to the body. */
    @FunctionalInterface
    interface Step {

        ExchangeResult make(RunningCall call, Lease lease) throws IOException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<String> keys = new ArrayList<>();
    private final List<String> models = new ArrayList<>();

    FakeExchange then(Step step) {
        steps.add(step);
        return this;
    }

    /** Answers with content. */
    FakeExchange answers() {
        return then(FakeExchange::answer);
    }

    static ExchangeResult answer(RunningCall call, Lease lease) {
        lease.complete(Outcome.SUCCESS);
        return new ExchangeResult.Answered(Responses.of(call.request(), 200, "{}"), null);
    }

    /** Answers with an empty response, whose lease stays open like that of any body. */
    FakeExchange answersEmpty(EmptyResponse empty, ClosableBody body) {
        return then((call, lease) -> new ExchangeResult.Answered(
                Responses.of(call.request(), 200, "").newBuilder().body(body).build(), empty));
    }

    /** Refuses the attempt with a status, as the fault of a scope that depends on the lease. */
    FakeExchange refuses(FailureKind kind, int status, Function<Lease, Scope> scope) {
        return refuses(kind, status, scope, null);
    }

    FakeExchange refuses(FailureKind kind, int status, Function<Lease, Scope> scope, @Nullable Instant until) {
        return then((call, lease) ->
                refused(call, lease, new Failure(kind, scope.apply(lease), until, false, status, "a test"), "{}"));
    }

    /** Refuses the attempt for a cause that may be the request's or the project's. */
    FakeExchange refuses(FailureCause cause, int status) {
        return then((call, lease) -> refused(
                call,
                lease,
                new Failure(FailureKind.INVALID_REQUEST, cause, new Scope.Request(), null, false, status, "a test"),
                "{}"));
    }

    FakeExchange rejectsKey() {
        return refuses(FailureKind.KEY_REJECTED, 400, lease -> new Scope.Key(lease.keyName()));
    }

    FakeExchange isOverloaded() {
        return refuses(FailureKind.OVERLOADED, 503, lease -> new Scope.Model(lease.model()));
    }

    /** Uses up the quota of the lease's project for its model. */
    FakeExchange hasNoQuotaLeft(FailureKind kind, Instant until) {
        return refuses(kind, 429, lease -> new Scope.ProjectModel(lease.project(), lease.model()), until);
    }

    /** Breaks the connection, before or after the request was sent. */
    FakeExchange breaksOff(boolean sent) {
        return then((call, lease) -> {
            if (sent) {
                call.context().requestIsSent();
            }
            Failure failure = new Failure(FailureKind.NETWORK, new Scope.None(), null, false, 0, "a test");
            lease.complete(Outcome.failure(failure, sent));
            return new ExchangeResult.Failed(failure, List.of(), null, new IOException("connection reset"));
        });
    }

    static ExchangeResult refused(RunningCall call, Lease lease, Failure failure, String body) {
        call.context().requestIsSent();
        lease.complete(Outcome.refused(failure, List.of(), true));
        Response response = Responses.of(call.request(), failure.status(), body);
        return new ExchangeResult.Failed(failure, List.of(), response, null);
    }

    @Override
    public ExchangeResult make(RunningCall call, Lease lease, @Nullable String fallback) throws IOException {
        call.context().attemptBegins();
        call.context().poolCall().attempted(lease);
        lease.started();
        keys.add(lease.keyName());
        models.add(lease.model());
        return next(call, lease);
    }

    /** Answers the attempt under way with the next step. */
    ExchangeResult next(RunningCall call, Lease lease) throws IOException {
        Step step = steps.poll();
        if (step == null) {
            throw new AssertionError("An attempt too many, with " + lease.keyName() + " to " + lease.model());
        }
        return step.make(call, lease);
    }

    /** Forgets the steps that no attempt has taken. */
    void forget() {
        steps.clear();
    }

    /** Returns the names of the keys of the attempts so far. */
    List<String> keys() {
        return keys;
    }

    /** Returns the models of the attempts so far. */
    List<String> models() {
        return models;
    }

    int attempts() {
        return keys.size();
    }
}

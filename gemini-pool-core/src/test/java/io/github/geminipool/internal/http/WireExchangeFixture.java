package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.WholeAnswer;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.call.LeakDetection;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Makes single attempts on a chain without a network. */
final class WireExchangeFixture implements AutoCloseable {

    /** Maximum size of a whole response, in bytes. */
    static final int MAX_ANSWER_SIZE = 10_000;

    final CallFixture pool;
    final AttemptFailures failures;
    final AbandonedBodies abandonedBodies = new AbandonedBodies();
    private final WireExchange exchange;
    private @Nullable Lease lease;
    private @Nullable FakeCall call;

    WireExchangeFixture() {
        this(CallFixture.ofKeys(1));
    }

    WireExchangeFixture(CallFixture pool) {
        this.pool = pool;
        this.failures = new AttemptFailures(pool.masking, pool.time.clock());
        this.exchange = new WireExchange(
                pool.resources,
                pool.continuations,
                pool.masking,
                failures,
                abandonedBodies,
                new LeakDetection(Duration.ZERO, pool.time.clock(), pool.time),
                new ProjectAliasLog(),
                pool.connections,
                new WholeAnswer(MAX_ANSWER_SIZE),
                new IdleReader.Watch(pool.time.clock(), pool.time, new Workers(false)));
    }

    /** Makes an attempt with the request's own model. */
    ExchangeResult make(Request request, FakeCall.Wire wire) throws IOException {
        return make(request, wire, null);
    }

    ExchangeResult make(Request request, FakeCall.Wire wire, @Nullable String fallback) throws IOException {
        FakeCall begun = pool.begin(request, wire);
        Lease taken = pool.lease();
        call = begun;
        lease = taken;
        return exchange.make(running(), taken, fallback);
    }

    /** Returns the call that runs. */
    RunningCall running() {
        FakeCall begun = call();
        return new RunningCall(begun, context(), pool.resources.factsOf(begun.request()));
    }

    /** Makes an attempt to generate content. */
    ExchangeResult make(FakeCall.Wire wire) throws IOException {
        return make(Responses.generate(CallFixture.MODEL), wire);
    }

    /** Makes an attempt that is answered, and returns the response. */
    Response answered(Request request, FakeCall.Wire wire) throws IOException {
        return ((ExchangeResult.Answered) make(request, wire)).response();
    }

    /** Makes an attempt to generate content that fails. */
    ExchangeResult.Failed failed(FakeCall.Wire wire) throws IOException {
        return (ExchangeResult.Failed) make(wire);
    }

    FakeCall call() {
        return Objects.requireNonNull(call);
    }

    Lease lease() {
        return Objects.requireNonNull(lease);
    }

    CallContext context() {
        return pool.contextOf(call());
    }

    /** Returns the end of the only attempt, after which the instance is idle again. */
    AttemptEnded ended() {
        assertThat(pool.events.attempts()).as("attempts that have ended").hasSize(1);
        assertThat(pool.pool().state().active()).as("instances in use").isZero();
        return pool.events.attempts().get(0);
    }

    /** Asserts that the attempt still holds its instance. */
    void assertRunning() {
        assertThat(pool.events.attempts()).as("attempts that have ended").isEmpty();
        assertThat(pool.pool().state().active()).as("instances in use").isEqualTo(1);
    }

    @Override
    public void close() {
        abandonedBodies.close();
    }
}

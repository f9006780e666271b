package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

class LeaseWaitTest {

    private static final Request REQUEST = Responses.generate(MODEL);
    private static final CallFacts FACTS = new CallFacts(Operation.GENERATE, MODEL, null);

    private final CallFixture pool = CallFixture.with(setup -> {
        setup.size = 1;
        setup.acquireTimeout = Duration.ofSeconds(10);
    });
    private final LeaseWait leases = pool.services.leases();

    private CallContext context() {
        return pool.contextOf(pool.begin(REQUEST));
    }

    private LeaseRequest acquire(CallContext context) throws IOException {
        return leases.acquire(context, FACTS, pool.pool(), KeyFilter.ANY, false, false, false);
    }

    @Test
    void aLeaseThatIsGrantedAtOnceCostsNoWait() throws IOException {
        CallContext context = context();
        assertThat(acquire(context).lease()).isNotNull();
        assertThat(context.poolCall().waitedNanos()).isZero();
    }

    @Test
    void waitsUntilAnInstanceIsIdle() throws IOException {
        pool.holdInstance(Duration.ofSeconds(3));
        CallContext context = context();
        LeaseRequest request = acquire(context);
        assertThat(request.lease()).isNotNull();
        assertThat(context.poolCall().waitedNanos())
                .isEqualTo(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void waitsUntilTheAcquireTimeout() throws IOException {
        assertThatWaitEndsAfter(Duration.ofSeconds(10));
    }

    @Test
    void aWaitEndsThoughTheTimerIsDead() throws IOException {
        pool.time.isTimerDead = true;
        Lease held = pool.lease();
        CallContext context = context();
        long start = pool.time.clock().nanos();

        assertThat(Objects.requireNonNull(acquire(context).refusal()).cause()).isEqualTo(Refusal.Cause.BUSY);

        assertThat(Duration.ofNanos(pool.time.clock().nanos() - start))
                .isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_050));
        assertThat(pool.pool().state().waiting()).isZero();
        held.complete(Outcome.SUCCESS);
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void waitsUntilTheCallersAcquireTimeout() throws IOException {
        pool.options = CallOptions.NONE.withAcquireTimeout(Duration.ofSeconds(2));
        assertThatWaitEndsAfter(Duration.ofSeconds(2));
    }

    @Test
    void waitsUntilTheDeadlineOfTheCall() throws IOException {
        pool.options = CallOptions.NONE.withDeadline(Duration.ofSeconds(4));
        assertThatWaitEndsAfter(Duration.ofSeconds(4));
    }

    private void assertThatWaitEndsAfter(Duration duration) throws IOException {
        pool.lease();
        CallContext context = context();
        LeaseRequest request = acquire(context);
        assertThat(Objects.requireNonNull(request.refusal()).cause()).isEqualTo(Refusal.Cause.BUSY);
        assertThat(pool.time.passed()).isEqualTo(duration);
    }

    @Test
    void anInterruptedWaitGivesUpItsPlaceAndItsLease() {
        Lease other = pool.lease();
        CallContext context = context();
        pool.time.in(Duration.ofSeconds(1), Thread.currentThread()::interrupt);
        assertThatThrownBy(() -> acquire(context)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(pool.pool().state().waiting()).isZero();
        assertThat(context.poolCall().waitedNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        other.complete(Outcome.SUCCESS);
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void aLeaseGrantedInTheMomentOfTheInterruptIsGivenBack() {
        Lease other = pool.lease();
        CallContext context = context();
        pool.time.in(Duration.ofSeconds(1), () -> {
            other.complete(Outcome.SUCCESS);
            Thread.currentThread().interrupt();
        });
        assertThatThrownBy(() -> acquire(context)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void aRetryThatIsInterruptedInTheMomentOfItsGrantIsStillBetweenTwoAttempts() {
        Lease other = pool.lease();
        CallContext context = context();
        pool.pool().attemptsBegin();
        pool.time.in(Duration.ofSeconds(1), () -> {
            other.complete(Outcome.SUCCESS);
            Thread.currentThread().interrupt();
        });
        assertThatThrownBy(() -> leases.acquire(context, FACTS, pool.pool(), KeyFilter.ANY, true, false, false))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(pool.pool().state().betweenAttempts()).isOne();
        pool.pool().attemptsEnd();
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void aRequestOfACancelledCallTakesNoInstance() throws IOException {
        FakeCall call = pool.begin(REQUEST);
        CallContext context = pool.contextOf(call);
        call.cancel();
        LeaseRequest request = acquire(context);
        assertThat(request.isSettled()).isTrue();
        assertThat(request.lease()).isNull();
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void anEarlyRequestTellsHowLongItWaited() {
        pool.holdInstance(Duration.ofSeconds(3));
        List<Duration> waits = new ArrayList<>();
        LeaseRequest request = leases.prepareEarly(
                context(),
                FACTS,
                pool.pool(),
                KeyFilter.ANY,
                null,
                (settled, waitedNanos) -> waits.add(Duration.ofNanos(waitedNanos)));
        pool.pool().request(request);
        assertThat(waits).isEmpty();
        pool.time.advance(Duration.ofSeconds(3));
        assertThat(waits).containsExactly(Duration.ofSeconds(3));
        assertThat(request.lease()).isNotNull();
    }
}

package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.FALLBACK;
import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asynchronous calls of OkHttp's own client, whose threads and exchanges are fakes. */
class CallGateTest {

    private final QueuedExecutor workers = new QueuedExecutor();
    private final QueuedExecutor refusals = new QueuedExecutor();
    private final Ends ends = new Ends();
    private CallFixture pool = CallFixture.ofKeys(1);

    /** How calls ended. */
    private static final class Ends implements Callback {

        private final List<Integer> responses = new ArrayList<>();
        private final List<IOException> failures = new ArrayList<>();

        @Override
        public void onResponse(Call call, Response response) {
            responses.add(response.code());
            response.close();
        }

        @Override
        public void onFailure(Call call, IOException e) {
            failures.add(e);
        }
    }

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
        assertThat(workers.size()).as("calls without a thread").isZero();
        assertThat(refusals.size()).as("refused calls without a thread").isZero();
    }

    private CallGate gate() {
        return new CallGate(
                pool.calls, pool.services, pool.connections.origin(), new Workers(workers, refusals), () -> {});
    }

    private OkHttpClient.Builder client() {
        return new OkHttpClient.Builder().dispatcher(new Dispatcher(gate())).eventListenerFactory(pool.calls);
    }

    private Call enqueue(OkHttpClient client, Request request) {
        Call call = client.newCall(request);
        call.enqueue(ends);
        return call;
    }

    private Call enqueue() {
        return enqueue(client().addInterceptor(pool.interceptor).build(), Responses.generate(MODEL));
    }

    private void withSize(int size) {
        pool = CallFixture.with(setup -> setup.size = size);
    }

    @Test
    void aCallWithALeaseRunsOnAWorker() {
        pool.exchange.answers();
        enqueue();
        assertThat(workers.size()).isEqualTo(1);
        assertThat(pool.pool().state().active()).isEqualTo(1);
        assertThat(pool.exchange.attempts()).isZero();
        workers.runAll();
        assertThat(ends.responses).containsExactly(200);
        assertThat(pool.ended().attempts()).isEqualTo(1);
    }

    @Test
    void aCallThatWaitsHoldsNoThread() {
        withSize(1);
        Lease other = pool.lease();
        pool.exchange.answers();
        enqueue();
        assertThat(pool.pool().state().waiting()).isEqualTo(1);
        assertThat(workers.size() + refusals.size()).isZero();
        pool.time.advance(Duration.ofSeconds(2));
        other.complete(Outcome.SUCCESS);
        assertThat(workers.size()).isEqualTo(1);
        workers.runAll();
        assertThat(ends.responses).containsExactly(200);
        assertThat(pool.ended().waited()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aRefusedCallIsToldSoByARefusalWorker() {
        excludeKey(FailureKind.KEY_REJECTED, new Scope.Key("k1"));
        enqueue();
        assertThat(workers.size()).isZero();
        assertThat(refusals.size()).isEqualTo(1);
        refusals.runAll();
        assertThat(ends.responses).containsExactly(429);
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.EXHAUSTED);
    }

    private void excludeKey(FailureKind kind, Scope scope) {
        pool.exclude(new Failure(kind, scope, null, false, 429, "a test"), Duration.ofHours(1));
    }

    @Test
    void aCallThatWaitsTooLongIsToldSoByARefusalWorker() {
        withSize(1);
        Lease other = pool.lease();
        enqueue();
        pool.time.advance(Duration.ofSeconds(30));
        refusals.runAll();
        assertThat(ends.responses).containsExactly(429);
        assertThat(pool.ended().waited()).isEqualTo(Duration.ofSeconds(30));
        other.complete(Outcome.SUCCESS);
    }

    @Test
    void aCancelledCallStopsWaiting() {
        withSize(1);
        Lease other = pool.lease();
        Call call = enqueue();
        call.cancel();
        assertThat(pool.pool().state().waiting()).isZero();
        refusals.runAll();
        assertThat(ends.failures).singleElement().satisfies(e -> assertThat(e).hasMessage("Canceled"));
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.CANCELLED);
        other.complete(Outcome.SUCCESS);
    }

    @Test
    void aCallCancelledBeforeItsThreadStartsGivesItsLeaseBack() {
        Call call = enqueue();
        call.cancel();
        workers.runAll();
        assertThat(ends.failures).singleElement().satisfies(e -> assertThat(e).hasMessage("Canceled"));
        assertThat(pool.exchange.attempts()).isZero();
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void goesOnWithAFallbackModelBeforeItHasAThread() {
        pool = CallFixture.with(setup -> {
            setup.keys = 1;
            setup.fallbacks = List.of(FALLBACK);
        });
        excludeKey(FailureKind.DAILY_QUOTA_EXHAUSTED, new Scope.ProjectModel("p1", MODEL));
        pool.exchange.answers();
        enqueue();
        assertThat(refusals.size()).isZero();
        assertThat(pool.events.events(ModelFellBack.class))
                .as("told by the call's thread")
                .isEmpty();
        workers.runAll();
        assertThat(ends.responses).containsExactly(200);
        assertThat(pool.exchange.models()).containsExactly(FALLBACK);
        assertThat(pool.events.events(ModelFellBack.class)).hasSize(1);
    }

    private static Stream<Supplier<Throwable>> failuresToStartAThread() {
        return Stream.of(
                () -> new OutOfMemoryError("unable to create native thread"),
                () -> new RejectedExecutionException("a test"));
    }

    @ParameterizedTest
    @MethodSource("failuresToStartAThread")
    void aCallWithoutAThreadIsCancelledAndGivesItsLeaseBack(Supplier<Throwable> failure) {
        workers.failWith(failure);
        Call call = enqueue();
        assertThat(call.isCanceled()).isTrue();
        assertThat(ends.failures).hasSize(1);
        assertThat(ends.responses).isEmpty();
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.CANCELLED);
        pool.assertNothingIsLeft();
    }

    @ParameterizedTest
    @MethodSource("failuresToStartAThread")
    void aRefusedCallWithoutAThreadEnds(Supplier<Throwable> failure) {
        excludeKey(FailureKind.KEY_REJECTED, new Scope.Key("k1"));
        refusals.failWith(failure);
        Call call = enqueue();
        assertThat(call.isCanceled()).isTrue();
        assertThat(ends.failures).hasSize(1);
        assertThat(ends.responses).isEmpty();
    }

    @Test
    void aCallWithoutAThreadIsToldSoEvenIfItsCancellationFails() {
        EventListener.Factory failing = call -> new EventListener() {
            @Override
            public void canceled(Call cancelled) {
                throw new OutOfMemoryError("a test");
            }
        };
        workers.failWith(() -> new OutOfMemoryError("unable to create native thread"));
        enqueue(
                client().eventListenerFactory(failing)
                        .addInterceptor(pool.interceptor)
                        .build(),
                Responses.generate(MODEL));
        assertThat(ends.failures).hasSize(1);
    }

    @Test
    void aCallWithoutAThreadDoesNotHarmTheNext() {
        workers.failWith(() -> new OutOfMemoryError("unable to create native thread"));
        enqueue();
        workers.failWith(null);
        pool.exchange.answers();
        enqueue();
        workers.runAll();
        assertThat(ends.responses).containsExactly(200);
    }

    @Test
    void aCallThatCannotBeReadForLackOfMemoryFailsAndHarmsNoOther() {
        RequestBody tooLarge = new RequestBody() {
            @Override
            public MediaType contentType() {
                throw new OutOfMemoryError("a test");
            }

            @Override
            public void writeTo(BufferedSink sink) {
                throw new OutOfMemoryError("a test");
            }
        };
        Request request = Responses.generate(MODEL).newBuilder().post(tooLarge).build();
        Call call = enqueue(client().addInterceptor(pool.interceptor).build(), request);
        assertThat(call.isCanceled()).isTrue();
        assertThat(ends.failures).hasSize(1);
        assertThat(pool.calls.count()).isZero();
    }

    @Test
    void afterTheExecutorsAreShutDownACallIsToldSoOnTheThreadThatMakesIt() {
        pool.pools.close();
        workers.shutdown();
        refusals.shutdown();
        enqueue();
        assertThat(ends.failures).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("closed"));
    }

    @Test
    void aLeaseThatNoInterceptorTakesIsGivenBack() {
        Interceptor broken = chain -> {
            throw new IOException("a broken interceptor");
        };
        enqueue(client().addInterceptor(broken).addInterceptor(pool.interceptor).build(), Responses.generate(MODEL));
        assertThat(pool.pool().state().active()).isEqualTo(1);
        workers.runAll();
        assertThat(ends.failures).singleElement().satisfies(e -> assertThat(e).hasMessage("a broken interceptor"));
        assertThat(pool.pool().state().active()).isZero();
    }

    @Test
    void aCallWithoutEventsThatNoInterceptorTakesIsForgottenAtItsEnd() {
        Interceptor broken = chain -> {
            throw new IOException("a broken interceptor");
        };
        OkHttpClient client = client().eventListener(EventListener.NONE)
                .addInterceptor(broken)
                .build();
        enqueue(client, Responses.generate(MODEL));
        assertThat(pool.calls.count()).isEqualTo(1);
        workers.runAll();
        assertThat(ends.failures).hasSize(1);
        assertThat(pool.calls.count()).isZero();
    }

    @Test
    void aCallOfWhichTheEndIsNotToldForLackOfMemoryIsForgotten() {
        EventListener.Factory forgetful = call -> {
            EventListener own = pool.calls.create(call);
            return new EventListener() {
                @Override
                public void callStart(Call started) {
                    own.callStart(started);
                }

                @Override
                public void callFailed(Call failed, IOException e) {
                    throw new OutOfMemoryError("a test");
                }
            };
        };
        Interceptor broken = chain -> {
            throw new IOException("a broken interceptor");
        };
        enqueue(client().eventListenerFactory(forgetful).addInterceptor(broken).build(), Responses.generate(MODEL));
        assertThat(pool.calls.count()).isEqualTo(1);
        assertThatThrownBy(workers::runAll).isInstanceOf(OutOfMemoryError.class);
        assertThat(pool.calls.count()).isZero();
    }

    @Test
    void aCallWithoutEventsIsForgottenAtItsEnd() {
        pool.exchange.answers();
        enqueue(
                client().eventListener(EventListener.NONE)
                        .addInterceptor(pool.interceptor)
                        .build(),
                Responses.generate(MODEL));
        assertThat(pool.calls.count()).isEqualTo(1);
        workers.runAll();
        assertThat(ends.responses).containsExactly(200);
        assertThat(pool.calls.count()).isZero();
    }

    @Test
    void aRequestToAnotherHostTakesNoLease() {
        Request elsewhere = new Request.Builder().url("http://elsewhere.test/").build();
        enqueue(client().addInterceptor(pool.interceptor).build(), elsewhere);
        assertThat(pool.pools.all()).isEmpty();
        workers.runAll();
        assertThat(ends.failures).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("elsewhere.test"));
    }

    @Test
    void theSdkCannotShutItDown() {
        CallGate gate = gate();
        gate.shutdown();
        assertThat(gate.isShutdown()).isFalse();
        List<String> ran = new ArrayList<>();
        gate.execute(() -> ran.add("a task"));
        workers.runAll();
        assertThat(ran).containsExactly("a task");
    }
}

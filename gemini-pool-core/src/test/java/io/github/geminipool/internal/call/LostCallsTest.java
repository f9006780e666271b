package io.github.geminipool.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.http.QueuedExecutor;
import io.github.geminipool.internal.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Calls of OkHttp's own client, which has no memory to tell their ends. */
class LostCallsTest {

    private static final Callback IGNORED = new Callback() {
        @Override
        public void onResponse(Call call, Response response) {}

        @Override
        public void onFailure(Call call, IOException e) {}
    };

    private final VirtualTime time = new VirtualTime();
    private final ActiveCalls calls =
            new ActiveCalls(time.clock(), time, Duration.ZERO, false, null, null, request -> null);
    private final QueuedExecutor threads = new QueuedExecutor();
    private final Dispatcher dispatcher = new Dispatcher(threads);
    private final LostCalls lost = new LostCalls(calls, dispatcher);

    /** Begins a call of which only the beginning is told. */
    private Call newCall(Interceptor interceptor) {
        EventListener.Factory forgetful = call -> {
            EventListener own = calls.create(call);
            return new EventListener() {
                @Override
                public void callStart(Call started) {
                    own.callStart(started);
                }
            };
        };
        Request request = new Request.Builder().url("http://gemini.test/").build();
        return new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .eventListenerFactory(forgetful)
                .addInterceptor(interceptor)
                .build()
                .newCall(request);
    }

    private static Response noMemory(Interceptor.Chain chain) {
        throw new OutOfMemoryError("a test");
    }

    private boolean look(int times) {
        boolean again = false;
        for (int i = 0; i < times; i++) {
            again = lost.look();
        }
        return again;
    }

    @Test
    void aCallThatNobodyRunsIsForgotten() {
        assertThatThrownBy(newCall(LostCallsTest::noMemory)::execute).isInstanceOf(OutOfMemoryError.class);
        assertThat(look(4)).as("looks again").isTrue();
        assertThat(calls.count()).isEqualTo(1);
        assertThat(look(1)).as("looks again").isFalse();
        assertThat(calls.count()).isZero();
    }

    @Test
    void aCallThatHasAThreadOrWaitsForOneIsKept() {
        newCall(LostCallsTest::noMemory).enqueue(IGNORED);
        dispatcher.setMaxRequests(1);
        newCall(LostCallsTest::noMemory).enqueue(IGNORED);
        look(10);
        assertThat(calls.count()).isEqualTo(2);
    }

    @Test
    void aCallWhoseResponseIsBeingReadIsKept() {
        Call call = newCall(LostCallsTest::noMemory);
        assertThatThrownBy(call::execute).isInstanceOf(OutOfMemoryError.class);
        CallContext context = Objects.requireNonNull(calls.find(call));
        context.handsOver();
        look(10);
        assertThat(calls.count()).isEqualTo(1);
    }

    @Test
    void aCallThatAnotherDispatcherRunsIsKept() {
        Call call = newCall(LostCallsTest::noMemory);
        assertThatThrownBy(call::execute).isInstanceOf(OutOfMemoryError.class);
        CallContext context = Objects.requireNonNull(calls.find(call));
        context.attend(true);
        look(10);
        assertThat(calls.count()).isEqualTo(1);
        context.attend(false);
        look(10);
        assertThat(calls.count()).isZero();
    }
}

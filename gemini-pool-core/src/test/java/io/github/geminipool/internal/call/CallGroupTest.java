package io.github.geminipool.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.spi.CallOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/** What a group of calls, and a call of several HTTP calls, remember of those that have ended: nothing. */
class CallGroupTest {

    private final VirtualTime time = new VirtualTime();
    private final ActiveCalls calls =
            new ActiveCalls(time.clock(), time, Duration.ZERO, false, null, null, request -> null);
    private final OkHttpClient http = new OkHttpClient();
    private final CallGroup group = new CallGroup();

    /** An HTTP call that is never sent. */
    private final class Begun {

        private final Call call =
                http.newCall(new Request.Builder().url("http://gemini.test/").build());
        private final EventListener events = calls.create(call);

        Begun() {
            events.callStart(call);
            PoolCall whole = Objects.requireNonNull(calls.find(call)).poolCall();
            whole.whenCancelled(call, () -> {});
        }

        void ends() {
            events.callEnd(call);
        }

        void fails() {
            events.callFailed(call, new IOException("a test"));
        }
    }

    private Begun begin() {
        return calls.in(group, () -> new Begun());
    }

    @Test
    void aGroupForgetsCallsThatHaveEnded() {
        for (int i = 0; i < 1_000; i++) {
            begin().ends();
            begin().fails();
        }
        assertThat(group.size()).isZero();
        Begun running = begin();
        assertThat(group.size()).isEqualTo(1);
        group.cancel();
        assertThat(running.call.isCanceled()).isTrue();
        running.ends();
        assertThat(begin().call.isCanceled()).as("begun later").isTrue();
    }

    @Test
    void aCallForgetsItsHttpCallsThatHaveEnded() {
        PoolCall whole = calls.begin(CallOptions.NONE);
        Begun running = calls.as(whole, () -> {
            for (int i = 0; i < 1_000; i++) {
                begin().ends();
            }
            assertThat(whole.actionsOfCancellation()).isZero();
            return begin();
        });
        assertThat(group.size()).isEqualTo(1);
        whole.cancel();
        assertThat(running.call.isCanceled()).isTrue();
    }

    @Test
    void aCallWithNothingToForgetEndsWithoutItsLock() {
        PoolCall whole = calls.begin(CallOptions.NONE);
        Call call =
                http.newCall(new Request.Builder().url("http://gemini.test/").build());
        whole.lock().lock();
        try {
            assertThat(CompletableFuture.runAsync(() -> whole.ended(call))).succeedsWithin(Duration.ofSeconds(20));
        } finally {
            whole.lock().unlock();
        }
    }

    @Test
    void aCallThatGoesOnInFurtherHopsStaysInItsGroup() {
        PoolCall whole = calls.begin(CallOptions.NONE);
        whole.opened();
        calls.as(whole, () -> {
            begin().ends();
            return "";
        });
        assertThat(group.size()).isEqualTo(1);
        whole.closed();
        assertThat(group.size()).isZero();
    }
}

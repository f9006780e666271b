package io.github.geminipool.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ActiveCallsTest {

    private static final Scheduler.Alarm WITHOUT_MEMORY = () -> {
        throw new OutOfMemoryError("a test");
    };

    private final PoolClock clock = new PoolClock(TimeSource.system());
    private final ActiveCalls calls = new ActiveCalls(
            clock, (at, task) -> WITHOUT_MEMORY, Duration.ofMinutes(1), false, null, null, request -> null);

    @Test
    @Timeout(30)
    void whoWaitsForTheLastCallIsToldOfItsEndThoughMemoryIsShort() throws Exception {
        Call call = new OkHttpClient()
                .newCall(new Request.Builder().url("http://gemini.test/").build());
        calls.create(call).callStart(call);
        Objects.requireNonNull(calls.find(call)).attemptBegins();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            try {
                closed.complete(calls.awaitNone(clock.after(Duration.ofMinutes(5))));
            } catch (Throwable e) {
                closed.completeExceptionally(e);
            }
        });
        closing.setDaemon(true);
        closing.start();
        Eventually.await("it waits", () -> closing.getState() == Thread.State.TIMED_WAITING);

        assertThatThrownBy(() -> calls.ended(call)).isInstanceOf(OutOfMemoryError.class);

        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }
}

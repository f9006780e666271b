package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.pool.Lease;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProbeThreadsTest {

    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    @Test
    void aProbeIsToldThatItHasNoThread() {
        ProbeThreads threads = new ProbeThreads(
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    throw new OutOfMemoryError("unable to create native thread: a test");
                }));
        OkHttpClient client =
                new OkHttpClient.Builder().dispatcher(new Dispatcher(threads)).build();
        client.newCall(new Request.Builder().url("http://localhost:1/").build()).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                failure.set(e);
            }

            @Override
            public void onResponse(Call call, Response response) {
                response.close();
            }
        });
        assertThat(failure.get()).isNotNull();
        assertThat(client.dispatcher().runningCallsCount()).isZero();
    }

    private static final class Unprintable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("a test");
        }
    }

    @Test
    void aProbeWhoseEndIsNotToldForLackOfMemoryGivesItsInstanceBack() {
        CallFixture pool = CallFixture.ofKeys(1);
        QueuedExecutor workers = new QueuedExecutor();
        OkHttpClient broken = new OkHttpClient.Builder()
                .dns(host -> {
                    throw new Unprintable();
                })
                .build();
        KeyProbe probe = new KeyProbe(
                broken,
                workers,
                HttpUrl.get("http://gemini.test/"),
                pool.masking,
                new AttemptFailures(pool.masking, pool.time.clock()));
        Lease lease = pool.lease();
        probe.accept(lease);

        assertThatThrownBy(workers::runAll).isInstanceOf(OutOfMemoryError.class);

        assertThat(lease.isCompleted()).isTrue();
        pool.assertNothingIsLeft();
    }
}

package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
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
}

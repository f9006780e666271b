package io.github.geminipool.wire.connections;

import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.simulator.internal.tls.ServerIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;

/** Calls to a server with a certificate of the tests, by a pool and by the bare SDK. */
final class Callers {

    private Callers() {}

    static GeminiPoolBuilder pool(String url, ServerIdentity identity, UnaryOperator<HttpSettings> http) {
        GeminiPoolBuilder builder = GeminiPool.builder()
                .key("AIzaTest-connections-one-qZ7wX3")
                .ssl(identity.sslContext().getSocketFactory(), identity.trustManager());
        return builder.settings(builder.settings()
                .withSize(50)
                .withHttp(http.apply(HttpSettings.DEFAULTS.withBaseUrl(URI.create(url)))));
    }

    /** Returns a client over an OkHttpClient: the bare SDK, or one derived from a pool's. */
    static Client client(String url, OkHttpClient client) {
        return Client.builder()
                .apiKey("AIzaTest-connections-one-qZ7wX3")
                .vertexAI(false)
                .httpOptions(HttpOptions.builder().baseUrl(url).build())
                .clientOptions(ClientOptions.builder().customHttpClient(client).build())
                .build();
    }

    /** Returns the bare SDK with the timeouts of the pool, and no retries of its own other than OkHttp's. */
    static Client bare(String url, ServerIdentity identity, Consumer<OkHttpClient.Builder> changes) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .readTimeout(Duration.ofSeconds(20))
                .sslSocketFactory(identity.sslContext().getSocketFactory(), identity.trustManager());
        changes.accept(builder);
        OkHttpClient client = builder.build();
        client.dispatcher().setMaxRequestsPerHost(100);
        return client(url, client);
    }

    static String ask(Client client) {
        return String.valueOf(client.models.generateContent("m", "Hi", null).text());
    }

    /** Makes calls at the same time; returns how many got no answer. */
    static int lost(int calls, Runnable call) {
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        AtomicInteger lost = new AtomicInteger();
        try {
            CompletableFuture<?>[] all = IntStream.range(0, calls)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                try {
                                    call.run();
                                } catch (RuntimeException e) {
                                    lost.incrementAndGet();
                                }
                            },
                            threads))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).join();
            return lost.get();
        } finally {
            threads.shutdown();
        }
    }
}

package io.github.geminipool.benchmarks;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.redis.RedisSharedStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a {@link ReplicaComparison}, in a process of its own. Says that it is ready, waits for a line, lets its callers call
 * for a while, and writes how long each call has waited for its leases.
 */
final class ReplicaCalls {

    static final String READY = "ready";
    static final String WAITED = "waited ";
    static final String FAILED = "failed";
    static final String ASKS = "asks ";

    private static final String WARM_UP = "warm-up";
    private static final int WARM_UP_CALLS = 20;
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STORE_TIMEOUT = Duration.ofMillis(150);

    private ReplicaCalls() {}

    /** Takes the base URL, the port of Redis or 0, the projects, their limit, the part of it, the callers, and milliseconds. */
    public static void main(String[] arguments) throws IOException {
        int redisPort = Integer.parseInt(arguments[1]);
        RedisClient client = redisPort == 0 ? null : RedisClient.create(RedisURI.create("127.0.0.1", redisPort));
        try (RedisSharedStore store =
                client == null ? null : RedisSharedStore.connect(client, "comparison", STORE_TIMEOUT)) {
            run(arguments, store, System.out);
        }
        // What is left are threads of Lettuce.
        System.exit(0);
    }

    private static void run(String[] arguments, @Nullable RedisSharedStore store, PrintStream out) throws IOException {
        int callers = Integer.parseInt(arguments[5]);
        Queue<CallEnded> ended = new ConcurrentLinkedQueue<>();
        GeminiPoolBuilder builder = GeminiPool.builder();
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            builder.key(ApiKey.of(SimulatorProcess.secret(i)).named("key-" + i).inProject("project-" + i));
        }
        builder.listener(new PoolListener() {
            @Override
            public void callEnded(CallEnded event) {
                if (event.model().equals(Contenders.MODEL)) {
                    ended.add(event);
                }
            }
        });
        if (store != null) {
            builder.sharedStore(store);
        }
        Limits limits = Limits.NONE
                .withRequestsPerMinute(Integer.parseInt(arguments[3]))
                .withShare(Double.parseDouble(arguments[4]));
        builder.settings(builder.settings()
                .withBaseUrl(URI.create(arguments[0]))
                .withSize(Math.max(1, callers))
                .withAcquireTimeout(ACQUIRE_TIMEOUT)
                .withLimits(limits));
        try (GeminiPool pool = builder.build();
                ClosedLoop loop = new ClosedLoop(Math.max(1, callers))) {
            GenerationRequest warmUp = GenerationRequest.of("Hi").model(WARM_UP);
            CompletableFuture.allOf(Stream.generate(() -> pool.tryGenerateContentAsync(warmUp))
                            .limit(WARM_UP_CALLS)
                            .toArray(CompletableFuture[]::new))
                    .join();
            out.println(READY);
            if (System.in.read() >= 0 && callers > 0) {
                long asksBefore = store == null ? 0 : store.stats().asks();
                loop.run(() -> Contenders.call(pool.client()), Duration.ofMillis(Long.parseLong(arguments[6])));
                out.println(ASKS + (store == null ? 0 : store.stats().asks() - asksBefore));
            }
            ended.forEach(call -> out.println(
                    call.outcome() == CallEnded.Outcome.SUCCESS
                            ? WAITED + call.waited().toNanos()
                            : FAILED));
        }
    }
}

package io.github.geminipool.wire.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that is closed by two threads at once, such as a shutdown hook and a container. */
@Tag("wire")
@Timeout(60)
class ClosedTwiceWireTest {

    private final SocketServer stalling =
            new SocketServer((request, client) -> client.getInputStream().read() >= 0);

    @AfterEach
    void close() {
        stalling.close();
    }

    @Test
    void aRunningCallKeepsItsDeadline() throws Exception {
        GeminiPool pool = GeminiPool.builder()
                .key(PoolInvariants.secretOf("one"))
                .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(stalling.url()))
                .build();
        CompletableFuture<GenerationResult> call = pool.tryGenerateContentAsync(
                GenerationRequest.of("Hi").maxAttempts(1).deadline(Duration.ofSeconds(1)));
        Eventually.await("the call runs", () -> pool.stats().active() == 1);
        Thread first = new Thread(() -> pool.close(Duration.ofSeconds(40)));
        first.start();
        Eventually.await("it waits", () -> first.getState() == Thread.State.TIMED_WAITING);

        pool.close(Duration.ofSeconds(40));

        assertThat(call.get(20, TimeUnit.SECONDS).isSuccess()).isFalse();
        first.join();
        assertThat(PoolProbe.activeCalls(pool)).isZero();
    }
}

package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller that is interrupted says nothing about Gemini: its call ends, and those of others go on. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class InterruptedCallerWireTest {

    private static final String ANSWER =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"fine\"}]},\"finishReason\":\"STOP\"}]}";

    private final SocketServer server = new SocketServer(InterruptedCallerWireTest::answer);
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(server.url()))
            .build();

    @AfterEach
    void close() {
        pool.close(Duration.ZERO);
        server.close();
    }

    private static boolean answer(String request, Socket client) throws IOException {
        SocketServer.write(client, "application/json", ANSWER);
        return true;
    }

    @Test
    void interruptedCallsAreNoOutage() {
        pool.generateContent("Hi");
        for (int i = 0; i < 10; i++) {
            Thread.currentThread().interrupt();
            GenerationResult result = pool.tryGenerateContent(GenerationRequest.of("Hi"));
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
            assertThat(result.isSuccess()).isFalse();
            assertThat(result.attempts())
                    .singleElement()
                    .extracting(AttemptEnded::failure)
                    .extracting(failure -> Objects.requireNonNull(failure).kind())
                    .isEqualTo(FailureKind.CANCELLED);
        }
        GenerationResult next =
                pool.tryGenerateContent(GenerationRequest.of("Hi").acquireTimeout(Duration.ZERO));
        assertThat(next.isSuccess()).as("%s", next).isTrue();
        assertThat(next.attempts()).hasSize(1);
    }
}

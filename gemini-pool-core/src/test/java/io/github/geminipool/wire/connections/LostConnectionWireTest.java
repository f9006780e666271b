package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Http2Server;
import io.github.geminipool.testing.RecordingListener;
import io.github.geminipool.testing.SilentProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of one HTTP/2 connection under many calls is one event, and what was certainly not processed is sent again. */
@Tag("alone")
@Tag("wire")
@Tag("sdk2")
@Tag("okhttp")
@Timeout(60)
class LostConnectionWireTest {

    private static final int CALLS = 50;

    private final RecordingListener events = new RecordingListener();
    private Http2Server server;
    private SilentProxy gateway;
    private GeminiPool pool;

    @BeforeEach
    void start() throws IOException {
        server = new Http2Server();
        gateway = new SilentProxy(server.port());
        pool = pool(RetrySettings.DEFAULTS);
    }

    private GeminiPool pool(RetrySettings retry) {
        var builder = Callers.pool("https://localhost:" + gateway.port(), server.identity(), UnaryOperator.identity());
        return builder.settings(builder.settings().withRetry(retry))
                .listener(events)
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        pool.close();
        gateway.close();
        server.close();
    }

    /** Has the connection end by some way once all calls are under way. */
    private void endUnderCalls(Http2Server.PingHandler end) {
        AtomicInteger waiting = new AtomicInteger();
        server.handle((peer, stream) -> {
            if (waiting.incrementAndGet() == CALLS) {
                server.handle(Http2Server.Peer::answer);
                for (Http2Server.Peer each : server.peers()) {
                    end.answered(each);
                }
            }
        });
    }

    @Test
    void aGoAwayLosesNoCall() {
        // So that there is one connection for all.
        pool.generateContent("Hi");
        events.clear();
        endUnderCalls(peer -> peer.goAway(0, Http2Server.NO_ERROR));
        assertThat(Callers.lost(CALLS, () -> pool.generateContent("Hi"))).isZero();
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        // Sent again within the attempt.
        assertThat(events.attempts())
                .hasSize(CALLS)
                .allSatisfy(attempt -> assertThat(attempt.failure()).isNull());
        assertThat(server.requests()).isEqualTo(1 + 2 * CALLS);
    }

    @Test
    void aResetLosesNoCall() {
        endUnderCalls(peer -> gateway.resetConnections());
        assertThat(Callers.lost(CALLS, () -> pool.generateContent("Hi"))).isZero();
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
    }

    @Test
    void aResetOfAConnectionThatHasAnsweredLosesNoCall() {
        pool.generateContent("Hi");
        endUnderCalls(peer -> gateway.resetConnections());
        assertThat(Callers.lost(CALLS, () -> pool.generateContent("Hi"))).isZero();
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
    }

    @Test
    void aGoAwayOnEveryConnectionLosesNoCall() {
        endUnderCalls(peer -> peer.goAway(0, Http2Server.NO_ERROR));
        assertThat(Callers.lost(CALLS, () -> pool.generateContent("Hi"))).isZero();
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
    }

    @Test
    void theBareSdkLosesNoneEither() {
        Client bare = Callers.bare("https://localhost:" + gateway.port(), server.identity(), builder -> {});
        endUnderCalls(peer -> peer.goAway(0, Http2Server.NO_ERROR));
        assertThat(Callers.lost(CALLS, () -> Callers.ask(bare))).isZero();
    }

    private int create() throws IOException {
        Request request = new Request.Builder()
                .url("https://localhost:" + gateway.port() + "/v1beta/cachedContents")
                .post(RequestBody.create("{}", MediaType.get("application/json")))
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            return response.code();
        }
    }

    private void refuseFirst(int times) {
        AtomicInteger left = new AtomicInteger(times);
        server.handle((peer, stream) -> {
            if (left.getAndDecrement() > 0) {
                peer.refuse(stream);
            } else {
                peer.answer(stream);
            }
        });
    }

    @Test
    void aRefusedStreamIsSentAgainAtOnceAlsoWithoutRetries() throws IOException {
        pool.close();
        pool = pool(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0));
        refuseFirst(1);
        assertThat(create()).isEqualTo(200);
        assertThat(server.requests()).isEqualTo(2);
        assertThat(events.attempts()).hasSize(1);
    }

    @Test
    void aSecondRefusalIsFreeForNobody() {
        pool.close();
        pool = pool(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0));
        refuseFirst(2);
        Throwable e = catchThrowable(this::create);
        assertThat(e).isInstanceOf(IOException.class);
        assertThat(server.requests()).isEqualTo(2);
        assertThat(events.attempts().get(0).sent()).isFalse();
    }

    @Test
    void aSecondRefusalIsRetriedAlsoForACreate() throws IOException {
        refuseFirst(2);
        assertThat(create()).isEqualTo(200);
        assertThat(server.requests()).isEqualTo(3);
    }

    @Test
    void aCreateIsNotSentAgainAfterAReset() {
        server.handle((peer, stream) -> peer.end());
        Throwable e = catchThrowable(this::create);
        assertThat(e).isInstanceOf(IOException.class);
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void aServerThatResetsEveryConnectionIsAnOutage() {
        server.handle((peer, stream) -> peer.end());
        // One prompt that fails again and again would be no outage.
        AtomicInteger prompts = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            Callers.lost(
                    10,
                    () -> pool.generateContent(GenerationRequest.of("Hi " + prompts.incrementAndGet())
                            .acquireTimeout(Duration.ofSeconds(1))));
        }
        assertThat(events.events(ScopeExcluded.class)).isNotEmpty();
    }
}

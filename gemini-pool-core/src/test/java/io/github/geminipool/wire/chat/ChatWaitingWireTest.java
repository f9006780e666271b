package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that wait for earlier ones of the same chat, in virtual time. */
@Tag("wire")
@Timeout(60)
class ChatWaitingWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A request that the SDK rejects before sending it. */
    private static final GenerationRequest IMPOSSIBLE = GenerationRequest.of("impossible")
            .config(GenerateContentConfig.builder().audioTimestamp(true).build());

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private GeminiSimulator simulator;
    private GeminiPool pool;
    private PooledChat chat;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY));
        pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .timeSource(time)
                        .settings(b.settings().withSize(4).withAcquireTimeout(PATIENCE)));
        chat = pool.createChat("m");
    }

    /** Sends a message on a new thread. */
    private CompletableFuture<String> sending(ChatForm form, GenerationRequest message) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                answer.complete(form.send(chat, message));
                            } catch (RuntimeException e) {
                                answer.completeExceptionally(e);
                            }
                        },
                        "sending")
                .start();
        return answer;
    }

    private CompletableFuture<String> waiting(ChatForm form, GenerationRequest message) {
        CompletableFuture<String> answer = sending(form, message);
        time.awaitWaiterFor(PATIENCE);
        return answer;
    }

    private Throwable failureOf(CompletableFuture<?> answer) {
        Throwable e = catchThrowable(() -> answer.get(10, TimeUnit.SECONDS));
        Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
        return invariants.saw(cause);
    }

    private void assertThatTheChatContinues() {
        assertThat(chat.send("Go on").text()).contains("Go on");
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
    }

    // Waiting for the earlier message

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessageWaitsUntilAStreamIsClosed(ChatForm form) throws Exception {
        CompletableFuture<String> second;
        try (GenerationStream stream = chat.sendStream("first")) {
            assertThat(stream.iterator().next()).isNotNull();
            second = waiting(form, GenerationRequest.of("second"));
            assertThat(simulator.requestCount()).isEqualTo(1);
            assertThat(second).isNotDone();
        }
        assertThat(second.get(10, TimeUnit.SECONDS)).contains("second").doesNotContain("first");
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    @SuppressWarnings("resource")
    void aMessageWaitsUntilAStreamIsReadToItsEnd(ChatForm form) throws Exception {
        GenerationStream stream = chat.sendStream("first");
        CompletableFuture<String> second = waiting(form, GenerationRequest.of("second"));
        assertThat(simulator.requestCount()).isEqualTo(1);
        stream.forEach(part -> assertThat(part).isNotNull());
        assertThat(second.get(10, TimeUnit.SECONDS)).contains("second").contains("\"first\"");
    }

    @Test
    void aMessageWaitsUntilAStreamIsLost() throws Exception {
        loseAStream();
        CompletableFuture<GenerateContentResponse> second = chat.sendAsync("second");
        Eventually.await("the second message is answered", () -> {
            System.gc();
            return second.isDone();
        });
        assertThat(second.get().text()).contains("second").doesNotContain("first");
        assertThatTheChatContinues();
        Eventually.await("the stream's instance is back", () -> {
            System.gc();
            return pool.stats().active() == 0;
        });
    }

    @SuppressWarnings("resource")
    private void loseAStream() {
        assertThat(chat.sendStream("first").iterator().hasNext()).isTrue();
    }

    @Test
    void aMessageWaitsForTheAnswerBefore() throws Exception {
        simulator.fault(Fault.when().first(1).hang());
        CompletableFuture<GenerateContentResponse> first = chat.sendAsync("first");
        CompletableFuture<GenerateContentResponse> second = chat.sendAsync("second");
        Eventually.await("one is in flight", () -> simulator.inFlight() == 1);
        assertThat(second).isNotDone();
        first.cancel(true);
        assertThat(second.get(10, TimeUnit.SECONDS).text()).contains("second");
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    // Limits of the wait

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aWaitEndsByTheAcquireTimeout(ChatForm form) {
        try (GenerationStream stream = chat.sendStream("first")) {
            CompletableFuture<String> second = waiting(form, GenerationRequest.of("second"));
            time.advance(PATIENCE);
            assertThat(failureOf(second)).isInstanceOfSatisfying(PoolExhaustedException.class, e -> {
                assertThat(e)
                        .hasMessageContaining("still busy with an earlier message")
                        .hasMessageContaining("neither read to its end nor closed")
                        .hasMessageContaining("waited 30000 ms");
                assertThat(e.model()).isEqualTo("m");
                assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1));
                assertThat(e.tried()).isEmpty();
            });
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThatTheChatContinues();
    }

    @ParameterizedTest
    @ValueSource(strings = {"own deadline", "own acquire timeout", "the SDK's timeout", "the chat's timeout"})
    void aWaitEndsByTheMessagesOwnLimit(String limit) {
        GenerateContentConfig sixSeconds = GenerateContentConfig.builder()
                .httpOptions(HttpOptions.builder().timeout(6_000).build())
                .build();
        chat = limit.equals("the chat's timeout") ? pool.createChat("m", sixSeconds) : chat;
        GenerationRequest plain = GenerationRequest.of("second");
        GenerationRequest message = switch (limit) {
            case "own deadline" -> plain.deadline(Duration.ofSeconds(6));
            case "own acquire timeout" -> plain.acquireTimeout(Duration.ofSeconds(6));
            case "the SDK's timeout" -> plain.config(sixSeconds);
            default -> plain;
        };
        try (GenerationStream stream = chat.sendStream("first")) {
            CompletableFuture<GenerateContentResponse> second = chat.sendAsync(message);
            time.awaitWaiterFor(Duration.ofSeconds(6));
            time.advance(Duration.ofSeconds(6));
            assertThat(failureOf(second))
                    .isInstanceOf(PoolExhaustedException.class)
                    .hasMessageContaining("waited 6000 ms");
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThatTheChatContinues();
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessageThatMayNotWaitDoesNot(ChatForm form) {
        try (GenerationStream stream = chat.sendStream("first")) {
            GenerationRequest message = GenerationRequest.of("second").acquireTimeout(Duration.ZERO);
            assertThat(catchThrowable(() -> form.send(chat, message))).isInstanceOf(PoolExhaustedException.class);
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThat(form.send(chat, GenerationRequest.of("third").acquireTimeout(Duration.ZERO)))
                .as("there is nothing to wait for")
                .contains("third");
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void theTimeUntilItsTurnIsNotThereToWaitForAnInstance(ChatForm form) {
        CompletableFuture<String> second;
        try (GenerationStream stream = chat.sendStream("first")) {
            second = waiting(form, GenerationRequest.of("second"));
            time.advance(Duration.ofSeconds(20));
            simulator.fault(Fault.when().wire("429-free-tpm.json")); // 26 s
            assertThat(pool.tryGenerateContent(
                                    GenerationRequest.of("another").model("m").acquireTimeout(Duration.ZERO))
                            .isSuccess())
                    .isFalse();
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        // It has ten seconds left.
        assertThat(failureOf(second))
                .isInstanceOf(PoolExhaustedException.class)
                .hasMessageContaining("No key could serve model 'm'");
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @Test
    void aDeadlineCountsFromTheSending() {
        simulator.fault(Fault.when().after(1).hang());
        CompletableFuture<String> second;
        try (GenerationStream stream = chat.sendStream("first")) {
            second = sending(ChatForm.SYNC, GenerationRequest.of("second").deadline(Duration.ofSeconds(20)));
            time.awaitWaiterFor(Duration.ofSeconds(20));
            time.advance(Duration.ofSeconds(15));
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        time.awaitWaiterFor(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(5));
        assertThat(failureOf(second)).hasStackTraceContaining("PT20S");
    }

    // Ending a wait

    @Test
    void cancellingEndsAWaitAtOnce() {
        try (GenerationStream stream = chat.sendStream("first")) {
            CompletableFuture<GenerateContentResponse> second = chat.sendAsync("second");
            CompletableFuture<GenerateContentResponse> third = chat.sendAsync("third");
            assertThat(PoolProbe.pendingTasks(pool)).isEqualTo(2);
            assertThat(second.cancel(true)).isTrue();
            assertThat(second).isCancelled();
            assertThat(PoolProbe.pendingTasks(pool)).isEqualTo(1);
            assertThat(third.cancel(false)).isTrue();
            assertThat(failureOf(third)).isInstanceOf(CancellationException.class);
            assertThat(PoolProbe.pendingTasks(pool)).isZero();
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThatTheChatContinues();
    }

    @ParameterizedTest
    @EnumSource(
            value = ChatForm.class,
            names = {"SYNC", "STREAM"})
    void interruptingEndsAWaitAtOnce(ChatForm form) throws Exception {
        try (GenerationStream stream = chat.sendStream("first")) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                Throwable e = catchThrowable(() -> form.send(chat, "second"));
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("not interrupted"));
            });
            thread.start();
            time.awaitWaiterFor(PATIENCE);
            thread.interrupt();
            assertThat(thrown.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(InterruptedIOException.class);
            assertThat(PoolProbe.pendingTasks(pool)).isZero();
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThatTheChatContinues();
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void closingThePoolEndsAWait(ChatForm form) throws Exception {
        Thread closing = new Thread(() -> pool.close(Duration.ofMinutes(1)));
        try (GenerationStream stream = chat.sendStream("first")) {
            CompletableFuture<String> second = waiting(form, GenerationRequest.of("second"));
            closing.start();
            assertThat(failureOf(second)).isInstanceOf(PoolClosedException.class);
            assertThat(failureOf(sending(form, GenerationRequest.of("third")))).isInstanceOf(PoolClosedException.class);
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        closing.join(10_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(failureOf(sending(form, GenerationRequest.of("fourth")))).isInstanceOf(PoolClosedException.class);
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    // Callbacks

    @Test
    void aThousandMessagesMayFailAtOnce() throws Exception {
        List<CompletableFuture<GenerateContentResponse>> answers = new ArrayList<>();
        try (GenerationStream stream = chat.sendStream("first")) {
            for (int i = 0; i < 1_000; i++) {
                answers.add(chat.sendAsync(IMPOSSIBLE));
            }
            answers.add(chat.sendAsync("last"));
            stream.forEach(part -> assertThat(part).isNotNull());
        }
        assertThat(answers.get(1_000).get(20, TimeUnit.SECONDS).text())
                .contains("last")
                .contains("\"first\"");
        for (CompletableFuture<?> answer : answers.subList(0, 1_000)) {
            assertThat(answer).isCompletedExceptionally();
        }
        assertThat(failureOf(answers.get(999))).isInstanceOf(IllegalArgumentException.class);
        assertThat(simulator.requestCount()).isEqualTo(2);
        assertThat(chat.history().stream().filter(content -> isOfUser(content))).hasSize(2);
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
    }

    private static boolean isOfUser(Content content) {
        return content.role().orElse("").equals("user");
    }

    @Test
    void aCallbackOfAFailureMaySendAndWait() throws Exception {
        CompletableFuture<GenerateContentResponse> again;
        try (GenerationStream stream = chat.sendStream("first")) {
            again = chat.sendAsync(IMPOSSIBLE).exceptionally(e -> chat.send("again"));
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThat(again.get(10, TimeUnit.SECONDS).text()).contains("again");
    }

    @Test
    void aCallbackOfATimeoutDoesNotStopTheTimer() {
        try (GenerationStream stream = chat.sendStream("first")) {
            CompletableFuture<GenerateContentResponse> again =
                    chat.sendAsync("second").exceptionally(e -> chat.send("again"));
            time.awaitWaiterFor(PATIENCE);
            time.advance(PATIENCE);
            // The callback waits on the thread that called it, until its own timeout.
            time.awaitWaiterFor(PATIENCE);
            time.advance(PATIENCE);
            assertThat(failureOf(again)).isInstanceOf(PoolExhaustedException.class);
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        assertThatTheChatContinues();
    }
}

package io.github.geminipool;

import com.google.genai.errors.GenAiIOException;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.instance.Placement;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.stream.PullPublisher;
import io.github.geminipool.internal.time.Turns;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A chat: each message is sent with the history of the chat.
 *
 * <pre>{@code
 * PooledChat chat = pool.createChat();
 * chat.send("My name is Ada.");
 * String answer = chat.send("What is my name?").text();
 * log.info("{}, said {} on instance {}", answer, chat.keyName(), chat.instanceIndex());
 * }</pre>
 *
 * <p>A new chat already knows on which key and instance it begins. It prefers the project that served its last message and, if
 * necessary, continues on another one with its whole history. A message that fails does not change the history. A chat holds no
 * instance between messages, and need not be closed.
 *
 * <p>Thread-safe: messages sent at the same time are processed one after the other, in order of arrival. A message waits for those
 * before it no longer than a call may wait for a lease ({@code acquire-timeout}), and then fails with a {@link
 * PoolExhaustedException}.
 */
public final class PooledChat {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Generations calls;
    private final @Nullable String model;
    private final @Nullable GenerateContentConfig config;
    private final Turns turns;
    /** Like {@code placement}, changed only by the message that has its turn. */
    private volatile ChatHistory history = ChatHistory.EMPTY;

    private volatile @Nullable Placement placement;

    PooledChat(
            Generations calls,
            @Nullable String model,
            @Nullable GenerateContentConfig config,
            @Nullable Placement placement) {
        this.calls = calls;
        this.placement = placement;
        this.model = model;
        this.config = config;
        this.turns = new Turns(calls::run);
    }

    /** Sends a message, and waits for the whole response. */
    public GenerateContentResponse send(String message) {
        return send(GenerationRequest.of(message));
    }

    /**
     * Sends a message, and waits for the whole response.
     *
     * @param message the contents of the message; its model, configuration and options apply to this message only
     * @throws IllegalArgumentException if there are no contents, or a content has no parts or an empty part
     */
    public GenerateContentResponse send(GenerationRequest message) {
        Message sent = new Message(message);
        try {
            sent.awaitTurn();
            GenerateContentResponse response = calls.generate(sent.call, sent.request());
            sent.answered(List.of(response));
            return response;
        } finally {
            sent.turn.end();
        }
    }

    /** Sends a message without blocking the calling thread. */
    public CompletableFuture<GenerateContentResponse> sendAsync(String message) {
        return sendAsync(GenerationRequest.of(message));
    }

    /**
     * Sends a message without blocking the calling thread. Cancelling the future cancels the message.
     *
     * @param message as in {@link #send(GenerationRequest)}
     * @return a future that fails with the exceptions that {@link #send(GenerationRequest)} throws
     */
    public CompletableFuture<GenerateContentResponse> sendAsync(GenerationRequest message) {
        Message sent = new Message(message);
        try {
            return sendAsync(sent);
        } catch (RuntimeException | Error e) {
            sent.turn.end();
            throw e;
        }
    }

    private CompletableFuture<GenerateContentResponse> sendAsync(Message sent) {
        CompletableFuture<GenerateContentResponse> answer = sent.come
                .thenCompose(turn -> calls.start(sent.call, sent.request()))
                .thenApply(result -> {
                    GenerateContentResponse response = result.orThrow();
                    sent.answered(List.of(response));
                    return response;
                })
                .whenComplete((response, e) -> sent.turn.end());
        return PooledFuture.following(answer, sent.call);
    }

    /** Sends a message, and streams the response. */
    public GenerationStream sendStream(String message) {
        return sendStream(GenerationRequest.of(message));
    }

    /**
     * Sends a message, and streams the response. Other messages wait until the stream is closed or read to its end. The message and the
     * response become part of the history only if the stream is read to its end.
     *
     * @param message as in {@link #send(GenerationRequest)}
     * @return the stream; the caller must close it
     */
    public GenerationStream sendStream(GenerationRequest message) {
        return open(new Message(message));
    }

    /** Returns a publisher of the streamed response to a message. */
    public Flow.Publisher<GenerateContentResponse> sendPublisher(String message) {
        return sendPublisher(GenerationRequest.of(message));
    }

    /**
     * Returns a publisher of the streamed response to a message. Each subscription sends the message: its turn in the chat begins
     * with the first request for parts, and ends when the subscription ends or is cancelled. The message and the response become
     * part of the history only if all of the response was published.
     *
     * @param message as in {@link #send(GenerationRequest)}
     * @return a publisher like that of {@link GeminiPool#generateContentPublisher(GenerationRequest)}, and with the same subscriptions
     */
    public Flow.Publisher<GenerateContentResponse> sendPublisher(GenerationRequest message) {
        List<Content> unused = ChatHistory.message(message.contents());
        return new PullPublisher<>(
                () -> {
                    PoolCall call = calls.begin(message.options());
                    return new PulledStream(call, () -> {
                        calls.beginsNow(call);
                        return open(new Message(message, call));
                    });
                },
                calls::execute);
    }

    private GenerationStream open(Message sent) {
        try {
            sent.awaitTurn();
            StreamedAnswer answer = new StreamedAnswer(sent);
            GenerationStream stream = calls.stream(sent.call, sent.request(), answer);
            answer.watch(calls.whenLost(stream, sent.turn::end));
            return stream;
        } catch (RuntimeException | Error e) {
            sent.turn.end();
            throw e;
        }
    }

    /**
     * Returns the contents that the next message is sent with: all messages and responses, except those whose response was blocked
     * or empty, as in the SDK's chats. Unlike there, contents without parts are left out too: Gemini may send them, but refuses
     * requests with them. If a response has no other contents, its message is left out as well.
     */
    public List<Content> history() {
        return history.curated();
    }

    /** Returns all messages that got a response, and their responses as they came. */
    public List<Content> comprehensiveHistory() {
        return history.comprehensive();
    }

    /**
     * Returns the name of the key that served the last message; before the first response, that of the key chosen when the chat was
     * created. The first message goes to that key, or to another one of its project, if one is usable by then.
     *
     * @return null if no key was usable when the chat was created, and none has served it since
     */
    public @Nullable String keyName() {
        Placement last = placement;
        return last == null ? null : last.key();
    }

    /**
     * Returns the index of the instance that served the last message, from 0; before the first response, that of the instance
     * chosen when the chat was created, or -1 if none was free.
     */
    public int instanceIndex() {
        Placement last = placement;
        return last == null ? -1 : last.instance();
    }

    /** Shows the length of the history and the last key, but no contents. */
    @Override
    public String toString() {
        return "PooledChat[model=" + model + ", contents=" + history.curated().size() + ", keyName=" + keyName() + "]";
    }

    /** A message that is being sent. */
    private final class Message {

        private final GenerationRequest message;
        private final List<Content> contents;
        private final PoolCall call;
        private final Turns.Turn turn;
        private final CompletableFuture<@Nullable Void> come;

        Message(GenerationRequest message) {
            this(message, calls.begin(message.options()));
        }

        Message(GenerationRequest message, PoolCall call) {
            this.message = message;
            this.contents = ChatHistory.message(message.contents());
            this.call = call;
            this.turn = turns.take();
            boolean isWaiting = false;
            try {
                this.come = turn.come().isDone() ? turn.come() : waitForTurn();
                isWaiting = true;
            } finally {
                if (!isWaiting) {
                    // Memory ran out. Otherwise nothing would ever end the turn.
                    turn.end();
                }
            }
        }

        private @Nullable String model() {
            return message.model() == null ? model : message.model();
        }

        private @Nullable GenerateContentConfig config() {
            return message.config() == null ? config : message.config();
        }

        /** Waits for the turn. The time counts against the acquire timeout of the call. */
        private CompletableFuture<@Nullable Void> waitForTurn() {
            Runnable wait = calls.waiting(
                    call, config(), () -> turn.giveUp(tooLate()), () -> turn.giveUp(new PoolClosedException()));
            CompletableFuture<@Nullable Void> waited = turn.come().whenComplete((come, e) -> wait.run());
            call.whenCancelled(() -> turn.giveUp(new CancellationException("The message was cancelled")));
            return waited;
        }

        private PoolExhaustedException tooLate() {
            String usedModel = model();
            return new PoolExhaustedException(
                    "The chat is still busy with an earlier message: it has no response yet, or its stream was neither"
                            + " read to its end nor closed (waited "
                            + calls.elapsed(call).toMillis() + " ms). Close streams in a try-with-resources statement,"
                            + " try again, or raise the message's deadline or gemini.pool.acquire-timeout.",
                    usedModel == null ? calls.defaultModel() : usedModel,
                    SOON,
                    List.of(),
                    Map.of());
        }

        void awaitTurn() {
            try {
                awaitTurnOrTimeout();
            } catch (InterruptedException e) {
                GenAiIOException interrupted = new GenAiIOException(
                        "interrupted while waiting for an earlier message",
                        new InterruptedIOException("interrupted while waiting for an earlier message"));
                turn.giveUp(interrupted);
                // The turn may have come at the same time.
                turn.end();
                Thread.currentThread().interrupt();
                throw interrupted;
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            }
        }

        /** Usually the timer gives up the turn in time; if it fails to, this does. */
        private void awaitTurnOrTimeout() throws InterruptedException, ExecutionException {
            while (true) {
                try {
                    come.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException e) {
                    if (calls.isOverdue(call, config())) {
                        turn.giveUp(tooLate());
                    }
                }
            }
        }

        /** Returns the request to send. Called when it is the message's turn. */
        GenerationRequest request() {
            Placement last = placement;
            if (last != null) {
                call.preferByDefault(last.project());
            }
            return new GenerationRequest(history.with(contents), model(), config(), message.options());
        }

        void answered(List<GenerateContentResponse> answer) {
            history = history.after(contents, answer);
            Lease lease = call.lastLease();
            if (lease != null) {
                placement = lease.placement();
            }
        }
    }

    /** Adds a streamed response to the history when it has been read to its end. */
    private static final class StreamedAnswer implements StreamListener {

        private final Message message;
        private final List<GenerateContentResponse> parts = new ArrayList<>();
        private volatile boolean ended;
        private volatile @Nullable Runnable endWatch;

        StreamedAnswer(Message message) {
            this.message = message;
        }

        void watch(Runnable newEndWatch) {
            endWatch = newEndWatch;
        }

        @Override
        public void part(GenerateContentResponse part) {
            parts.add(part);
        }

        @Override
        public void completed() {
            if (!ended) {
                message.answered(parts);
            }
        }

        @Override
        public void ended() {
            if (ended) {
                return;
            }
            ended = true;
            Runnable watch = endWatch;
            if (watch != null) {
                watch.run();
            }
            message.turn.end();
        }
    }
}

package io.github.geminipool;

import com.google.genai.errors.GenAiIOException;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.internal.http.PoolCall;
import io.github.geminipool.internal.pool.Lease;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A conversation: every message is sent with what was said before.
 *
 * <pre>{@code
 * PooledChat chat = pool.createChat();
 * chat.send("My name is Ada.");
 * System.out.println(chat.send("What is my name?").text());
 * System.out.println("served by " + chat.keyName() + ", instance " + chat.instanceIndex());
 * }</pre>
 *
 * <p>It stays with the project that served it as long as that can be used, and goes on with its history on another one
 * when not. A message that fails leaves the history as it was. It holds no instance between messages, and need not be
 * closed.
 *
 * <p>Thread-safe: messages that are sent at once go one after the other, in the order in which they came. A message waits
 * for those before it as long as a call may wait for an instance ({@code acquire-timeout}), and then fails with a
 * {@link PoolExhaustedException}.
 */
public final class PooledChat {

    private static final Duration SOON = Duration.ofSeconds(1);

    /** Who served the last message. */
    private record Server(String project, String key, int instance) {}

    private final Generations calls;
    private final @Nullable String model;
    private final @Nullable GenerateContentConfig config;
    private final Turns turns = new Turns();
    /** Both change in a message's turn only. */
    private volatile ChatHistory history = ChatHistory.EMPTY;

    private volatile @Nullable Server server;

    PooledChat(Generations calls, @Nullable String model, @Nullable GenerateContentConfig config) {
        this.calls = calls;
        this.model = model;
        this.config = config;
    }

    /** Sends a message, and waits for the whole answer. */
    public GenerateContentResponse send(String message) {
        return send(GenerationRequest.of(message));
    }

    /**
     * Sends a message, and waits for the whole answer.
     *
     * @param message its contents are what is said; a model, a configuration and options in it are for this message
     *     only
     * @throws IllegalArgumentException if a content has no parts, or an empty one
     */
    public GenerateContentResponse send(GenerationRequest message) {
        Message sent = new Message(message);
        sent.awaitTurn();
        try {
            GenerateContentResponse response = calls.generate(sent.call, sent.request());
            sent.answered(List.of(response));
            return response;
        } finally {
            sent.turn.end();
        }
    }

    /** Sends a message; the calling thread does not wait. */
    public CompletableFuture<GenerateContentResponse> sendAsync(String message) {
        return sendAsync(GenerationRequest.of(message));
    }

    /**
     * Sends a message; the calling thread does not wait. Cancelling the future cancels the message.
     *
     * @param message as in {@link #send(GenerationRequest)}
     * @return fails with what {@link #send(GenerationRequest)} throws
     */
    public CompletableFuture<GenerateContentResponse> sendAsync(GenerationRequest message) {
        Message sent = new Message(message);
        CompletableFuture<GenerateContentResponse> answer = sent.turn
                .come()
                .thenCompose(turn -> calls.start(sent.call, sent.request()))
                .thenApply(result -> {
                    GenerateContentResponse response = result.orThrow();
                    sent.answered(List.of(response));
                    return response;
                })
                .whenComplete((response, e) -> sent.turn.end());
        return PooledFuture.following(answer, sent.call);
    }

    /** Sends a message; its answer is returned as it comes. */
    public GenerationStream sendStream(String message) {
        return sendStream(GenerationRequest.of(message));
    }

    /**
     * Sends a message; its answer is returned as it comes. It becomes part of the history when it was read to its end;
     * until then, or until it is closed, other messages wait.
     *
     * @param message as in {@link #send(GenerationRequest)}
     * @return to be closed
     */
    public GenerationStream sendStream(GenerationRequest message) {
        Message sent = new Message(message);
        sent.awaitTurn();
        try {
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
     * What the next message will be sent with: all messages and answers but those that Gemini did not answer properly
     * (blocked, cut off, empty), as in the SDK's own chats.
     */
    public List<Content> history() {
        return history.curated();
    }

    /** All messages that were answered at all, and their answers. */
    public List<Content> comprehensiveHistory() {
        return history.comprehensive();
    }

    /** The name of the key that served the last message; null before the first. */
    public @Nullable String keyName() {
        Server last = server;
        return last == null ? null : last.key();
    }

    /** The instance that served the last message, in its model pool; -1 before the first. */
    public int instanceIndex() {
        Server last = server;
        return last == null ? -1 : last.instance();
    }

    /** Shows how long the conversation is and who served it, and nothing that was said. */
    @Override
    public String toString() {
        return "PooledChat[model=" + model + ", contents=" + history.curated().size() + ", keyName=" + keyName() + "]";
    }

    /** A message on its way. */
    private final class Message {

        private final GenerationRequest message;
        private final PoolCall call;
        private final Turns.Turn turn;

        Message(GenerationRequest message) {
            if (!message.contents().stream().allMatch(ChatHistory::isValid)) {
                throw new IllegalArgumentException("A message needs contents with parts, none of them empty");
            }
            this.message = message;
            this.call = calls.begin(message.options());
            this.turn = turns.take();
            if (!turn.come().isDone()) {
                waitForTurn();
            }
        }

        private void waitForTurn() {
            Runnable wait = calls.waiting(call, () -> turn.giveUp(tooLate()));
            var unused = turn.come().whenComplete((come, e) -> wait.run());
            call.whenCancelled(() -> turn.giveUp(new GenAiIOException("Canceled")));
        }

        private PoolExhaustedException tooLate() {
            return new PoolExhaustedException(
                    "The chat is still busy with an earlier message: it is being answered, or its stream was neither read"
                            + " to its end nor closed. Try again, close streams in a try-with-resources statement, or"
                            + " raise gemini.pool.acquire-timeout.",
                    calls.modelOf(message.model() == null && model != null ? message.model(model) : message),
                    SOON,
                    List.of(),
                    Map.of());
        }

        void awaitTurn() {
            try {
                turn.come().get();
            } catch (InterruptedException e) {
                turn.end();
                Thread.currentThread().interrupt();
                throw new GenAiIOException(
                        "interrupted while waiting for an earlier message",
                        new InterruptedIOException("interrupted while waiting for an earlier message"));
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            }
        }

        /** What goes out when it is the message's turn. */
        GenerationRequest request() {
            Server last = server;
            if (last != null) {
                call.preferByDefault(last.project());
            }
            return new GenerationRequest(
                    history.with(message.contents()),
                    message.model() == null ? model : message.model(),
                    message.config() == null ? config : message.config(),
                    message.options());
        }

        void answered(List<GenerateContentResponse> answer) {
            history = history.after(message.contents(), answer);
            Lease lease = call.lastLease();
            if (lease != null) {
                server = new Server(lease.project(), lease.keyName(), lease.instanceIndex());
            }
        }
    }

    /** Makes a streamed answer part of the history when it has been read. */
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

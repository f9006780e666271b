package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A slash command sent by a user, with the bot's replies to it. Thread-safe. */
public final class Interaction {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String id;
    private final Member who;
    private final boolean isPrivate;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<JsonNode> messages = new ArrayList<>();
    private final List<RestCall> calls = new ArrayList<>();

    Interaction(String id, Member who, boolean isPrivate) {
        this.id = id;
        this.who = who;
        this.isPrivate = isPrivate;
    }

    String id() {
        return id;
    }

    String token() {
        return "token-of-" + id;
    }

    Member who() {
        return who;
    }

    boolean isPrivate() {
        return isPrivate;
    }

    /** Returns the bot's REST calls for this interaction, in order. */
    public List<RestCall> calls() {
        lock.lock();
        try {
            return List.copyOf(calls);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the current messages: the reply and its follow-ups. */
    public List<JsonNode> messages() {
        lock.lock();
        try {
            return List.copyOf(messages);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the current reply; a missing node before there is one. */
    public JsonNode reply() {
        List<JsonNode> now = messages();
        return now.isEmpty() ? MissingNode.getInstance() : now.get(0);
    }

    /**
     * Waits until the reply satisfies a condition.
     *
     * @return the reply
     * @throws IllegalStateException if it does not within 20 seconds; the message contains the current state
     */
    public JsonNode awaitReply(Predicate<JsonNode> wanted) {
        return awaitReply(wanted, TIMEOUT);
    }

    /** Like {@link #awaitReply(Predicate)}, with another timeout. */
    public JsonNode awaitReply(Predicate<JsonNode> wanted, Duration timeout) {
        await(() -> wanted.test(reply()), timeout);
        return reply();
    }

    /** Waits for a number of messages. */
    public List<JsonNode> awaitMessages(int count) {
        await(() -> messages().size() >= count, TIMEOUT);
        return messages();
    }

    /** Waits for a number of calls. */
    public List<RestCall> awaitCalls(int count) {
        await(() -> calls().size() >= count, TIMEOUT);
        return calls();
    }

    /** Waits until there has been no call for a while. */
    public void awaitQuiet(Duration silence) throws InterruptedException {
        lock.lock();
        try {
            int seen;
            do {
                seen = calls.size();
                long left = silence.toNanos();
                while (left > 0 && calls.size() == seen) {
                    left = changed.awaitNanos(left);
                }
            } while (calls.size() != seen);
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier condition, Duration timeout) {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new IllegalStateException(
                            "Condition not met within " + timeout + "; messages: " + messages + ", calls: " + calls);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    boolean isAnswered() {
        return !messages().isEmpty();
    }

    void put(int index, JsonNode message) {
        change(() -> {
            if (index < messages.size()) {
                messages.set(index, message);
            } else {
                messages.add(message);
            }
        });
    }

    void called(RestCall call) {
        change(() -> calls.add(call));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

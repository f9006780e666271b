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

/** A slash command that somebody has sent, and what became of it. Thread-safe. */
public final class Interaction {

    private static final Duration LONGEST = Duration.ofSeconds(20);

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

    /** The calls that concern it, in their order. */
    public List<RestCall> calls() {
        lock.lock();
        try {
            return List.copyOf(calls);
        } finally {
            lock.unlock();
        }
    }

    /** The messages as they are now: the reply and those that follow it. */
    public List<JsonNode> messages() {
        lock.lock();
        try {
            return List.copyOf(messages);
        } finally {
            lock.unlock();
        }
    }

    /** The reply as it is now; a missing node before there is one. */
    public JsonNode reply() {
        List<JsonNode> now = messages();
        return now.isEmpty() ? MissingNode.getInstance() : now.get(0);
    }

    /**
     * Waits until the reply is as it is to be.
     *
     * @return the reply
     * @throws IllegalStateException if it does not become so in twenty seconds; tells what it is
     */
    public JsonNode awaitReply(Predicate<JsonNode> wanted) {
        return awaitReply(wanted, LONGEST);
    }

    /** As {@link #awaitReply(Predicate)}, for longer or shorter. */
    public JsonNode awaitReply(Predicate<JsonNode> wanted, Duration most) {
        await(() -> wanted.test(reply()), most);
        return reply();
    }

    /** Waits until there are so many messages. */
    public List<JsonNode> awaitMessages(int count) {
        await(() -> messages().size() >= count, LONGEST);
        return messages();
    }

    /** Waits until there were so many calls. */
    public List<RestCall> awaitCalls(int count) {
        await(() -> calls().size() >= count, LONGEST);
        return calls();
    }

    /** Waits until no call has come for a while. */
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

    private void await(BooleanSupplier isThere, Duration most) {
        lock.lock();
        try {
            long left = most.toNanos();
            while (!isThere.getAsBoolean()) {
                if (left <= 0) {
                    throw new IllegalStateException("Not in " + most + "; there is " + messages + " after " + calls);
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

package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PooledChat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Open conversations by id: the most recent ones, until they have been idle for a while. Thread-safe. */
@Component
class Conversations {

    static final int MAX_CONVERSATIONS = 1_000;
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(30);

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private record Conversation(PooledChat chat, Instant lastUse) {}

    private final GeminiPool pool;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** Least recently used first. */
    private final Map<String, Conversation> byId = new LinkedHashMap<>();

    @Autowired
    Conversations(GeminiPool pool) {
        this(pool, InstantSource.system());
    }

    Conversations(GeminiPool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /**
     * Returns the conversation with an id, creating it if necessary.
     *
     * @throws InvalidRequestException if the id is malformed
     */
    PooledChat of(String id) {
        if (!ID.matcher(id).matches()) {
            throw new InvalidRequestException(
                    "Please name the chat with 1 to 64 letters, digits, hyphens or underscores.");
        }
        Instant now = clock.instant();
        lock.lock();
        try {
            byId.values().removeIf(conversation -> conversation.lastUse().isBefore(now.minus(IDLE_TIMEOUT)));
            Conversation known = byId.remove(id);
            if (byId.size() == MAX_CONVERSATIONS) {
                byId.remove(byId.keySet().iterator().next());
            }
            PooledChat chat = known == null ? pool.createChat() : known.chat();
            byId.put(id, new Conversation(chat, now));
            return chat;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a conversation, if it exists. */
    void forget(String id) {
        lock.lock();
        try {
            byId.remove(id);
        } finally {
            lock.unlock();
        }
    }
}

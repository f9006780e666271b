package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PooledChat;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Open conversations, one per user and channel: the most recent ones, until they have been idle for a while. Thread-safe. */
@Component
class Conversations {

    private static final Logger log = LoggerFactory.getLogger(Conversations.class);

    static final int MAX_CONVERSATIONS = 1_000;
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(30);

    private record Conversation(PooledChat chat, long lastUse) {}

    private final GeminiPool pool;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    /** Least recently used first. */
    private final Map<Speaker, Conversation> bySpeaker = new LinkedHashMap<>();

    Conversations(GeminiPool pool, TimeSource time) {
        this.pool = pool;
        this.time = time;
    }

    /** Returns a user's conversation in a channel, creating it if necessary. */
    PooledChat of(Speaker speaker) {
        long now = time.nanoTime();
        lock.lock();
        try {
            bySpeaker.values().removeIf(conversation -> now - conversation.lastUse() > IDLE_TIMEOUT.toNanos());
            Conversation known = bySpeaker.remove(speaker);
            if (bySpeaker.size() == MAX_CONVERSATIONS) {
                bySpeaker.remove(bySpeaker.keySet().iterator().next());
            }
            PooledChat chat = known == null ? begin() : known.chat();
            bySpeaker.put(speaker, new Conversation(chat, now));
            return chat;
        } finally {
            lock.unlock();
        }
    }

    private PooledChat begin() {
        PooledChat chat = pool.createChat();
        log.info("A conversation begins with key '{}', on instance {}", chat.keyName(), chat.instanceIndex());
        return chat;
    }
}

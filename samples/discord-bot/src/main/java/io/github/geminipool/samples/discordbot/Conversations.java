package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PooledChat;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/** The conversations that go on, one for each user in each channel: the latest ones, until nobody has written for a while. */
@Component
class Conversations {

    static final int MOST = 1_000;
    static final Duration KEPT = Duration.ofMinutes(30);

    private record Conversation(PooledChat chat, long lastUse) {}

    private final GeminiPool pool;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one that was used the longest time ago is the first. */
    private final Map<Speaker, Conversation> bySpeaker = new LinkedHashMap<>();

    Conversations(GeminiPool pool, TimeSource time) {
        this.pool = pool;
        this.time = time;
    }

    /** The conversation of somebody in a channel, a new one if there is none. */
    PooledChat of(Speaker speaker) {
        long now = time.nanoTime();
        lock.lock();
        try {
            bySpeaker.values().removeIf(conversation -> now - conversation.lastUse() > KEPT.toNanos());
            Conversation known = bySpeaker.remove(speaker);
            if (bySpeaker.size() == MOST) {
                bySpeaker.remove(bySpeaker.keySet().iterator().next());
            }
            PooledChat chat = known == null ? pool.createChat() : known.chat();
            bySpeaker.put(speaker, new Conversation(chat, now));
            return chat;
        } finally {
            lock.unlock();
        }
    }
}

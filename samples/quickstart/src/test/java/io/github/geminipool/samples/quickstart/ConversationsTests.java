package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PooledChat;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConversationsTests {

    private final GeminiPool pool = GeminiPool.builder().key("some-secret").build();
    private Instant now = Instant.parse("2026-11-10T20:00:00Z");
    private final Conversations conversations = new Conversations(pool, () -> now);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void eachIdHasItsOwnConversation() {
        PooledChat chat = conversations.of("one");
        assertThat(conversations.of("one")).isSameAs(chat);
        assertThat(conversations.of("two")).isNotSameAs(chat);
    }

    @Test
    void expiresWhenIdle() {
        PooledChat chat = conversations.of("one");
        now = now.plus(Conversations.IDLE_TIMEOUT);
        assertThat(conversations.of("one")).isSameAs(chat);
        now = now.plus(Conversations.IDLE_TIMEOUT);
        assertThat(conversations.of("one")).isSameAs(chat);
        now = now.plus(Conversations.IDLE_TIMEOUT).plusMillis(1);
        assertThat(conversations.of("one")).isNotSameAs(chat);
    }

    @Test
    void leastRecentlyUsedConversationIsEvicted() {
        PooledChat first = conversations.of("first");
        PooledChat second = conversations.of("second");
        for (int i = 2; i < Conversations.MAX_CONVERSATIONS; i++) {
            conversations.of("other-" + i);
        }
        assertThat(conversations.of("first")).isSameAs(first);
        conversations.of("one-too-many");
        assertThat(conversations.of("first")).isSameAs(first);
        assertThat(conversations.of("second")).isNotSameAs(second);
    }
}

package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PooledChat;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConversationsTests {

    private final GeminiPool pool = GeminiPool.builder().key("some-secret").build();
    private final TestTime time = new TestTime();
    private final Conversations conversations = new Conversations(pool, time);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void eachUserHasOnePerChannel() {
        PooledChat chat = conversations.of(new Speaker(1, 1));
        assertThat(conversations.of(new Speaker(1, 1))).isSameAs(chat);
        assertThat(conversations.of(new Speaker(1, 2))).isNotSameAs(chat);
        assertThat(conversations.of(new Speaker(2, 1))).isNotSameAs(chat);
    }

    @Test
    void expiresWhenIdle() {
        PooledChat chat = conversations.of(new Speaker(1, 1));
        time.advance(Conversations.IDLE_TIMEOUT);
        assertThat(conversations.of(new Speaker(1, 1))).isSameAs(chat);
        time.advance(Conversations.IDLE_TIMEOUT);
        assertThat(conversations.of(new Speaker(1, 1))).isSameAs(chat);
        time.advance(Conversations.IDLE_TIMEOUT.plus(Duration.ofNanos(1)));
        assertThat(conversations.of(new Speaker(1, 1))).isNotSameAs(chat);
    }

    @Test
    void leastRecentlyUsedConversationIsEvicted() {
        PooledChat first = conversations.of(new Speaker(1, 0));
        PooledChat second = conversations.of(new Speaker(2, 0));
        for (int i = 2; i < Conversations.MAX_CONVERSATIONS; i++) {
            conversations.of(new Speaker(3, i));
        }
        assertThat(conversations.of(new Speaker(1, 0))).isSameAs(first);
        conversations.of(new Speaker(4, 0));
        assertThat(conversations.of(new Speaker(1, 0))).isSameAs(first);
        assertThat(conversations.of(new Speaker(2, 0))).isNotSameAs(second);
    }
}

package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A message for which there is no memory keeps no other one waiting. */
@Tag("wire")
@Timeout(60)
class ChatMemoryWireTest extends ChatWireFixture {

    /** Real time that fails on this thread once it has been looked at so many times. */
    private static final class FailingTime implements TimeSource {

        private final TimeSource real = TimeSource.system();
        private final Thread thread = Thread.currentThread();
        private int looksLeft = Integer.MAX_VALUE;

        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public long nanoTime() {
            if (Thread.currentThread() == thread && --looksLeft == 0) {
                throw new OutOfMemoryError("a test");
            }
            return real.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
            real.await(lock, condition, untilNanos);
        }
    }

    private final FailingTime time = new FailingTime();

    @Test
    void aMessageThatCannotWaitForItsTurnHasNone() {
        GeminiPool pool = pool(b -> b.key(KEY).timeSource(time));
        PooledChat chat = pool.createChat();
        int failed = 0;
        try (GenerationStream first = chat.sendStream("first")) {
            for (int looks = 1; looks <= 5; looks++) {
                time.looksLeft = looks;
                try {
                    chat.sendAsync("second").cancel(true);
                } catch (OutOfMemoryError e) {
                    failed++;
                }
            }
            time.looksLeft = Integer.MAX_VALUE;
            first.forEach(part -> {});
        }
        assertThat(failed).isGreaterThan(1);
        assertThat(chat.send("third").text()).isNotNull();
    }
}

package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PooledChat;
import io.github.geminipool.testing.ManualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streamed messages whose subscribers ask for nothing yet: nothing has begun. */
@Tag("wire")
@Timeout(60)
class ChatPublisherWireTest extends ChatWireFixture {

    private final ManualTime time = new ManualTime();

    private static final class Later implements Flow.Subscriber<GenerateContentResponse> {

        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private volatile Flow.@Nullable Subscription subscription;

        Flow.Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
        }

        @Override
        public void onNext(GenerateContentResponse part) {}

        @Override
        public void onError(Throwable e) {
            ended.completeExceptionally(e);
        }

        @Override
        public void onComplete() {
            ended.complete("ended");
        }
    }

    private GeminiPool pool() {
        return pool(b -> b.key(KEY).timeSource(time));
    }

    private static GenerationRequest message() {
        return GenerationRequest.of("streamed").deadline(Duration.ofMinutes(1));
    }

    @Test
    void aMessageTakesItsTurnWithItsSubscribersFirstRequest() throws Exception {
        PooledChat chat = pool().createChat("m");
        Later later = new Later();
        chat.sendPublisher(message()).subscribe(later);
        chat.sendAsync("sent").get(30, TimeUnit.SECONDS);
        time.advance(Duration.ofHours(1));
        later.subscription().request(Long.MAX_VALUE);
        assertThat(later.ended.get(30, TimeUnit.SECONDS)).isEqualTo("ended");
        assertThat(texts(chat.history(), "user")).containsExactly("sent", "streamed");
    }

    @Test
    void whoeverCancelsBeforeItHoldsNothing() throws Exception {
        PooledChat chat = pool().createChat("m");
        Later later = new Later();
        chat.sendPublisher(message()).subscribe(later);
        later.subscription().cancel();
        later.subscription().request(1);
        chat.sendAsync("sent").get(30, TimeUnit.SECONDS);
        assertThat(texts(chat.history(), "user")).containsExactly("sent");
        assertThat(simulator.requests()).hasSize(1);
    }

    @Test
    void theDeadlineOfAStreamCountsFromItsSubscribersFirstRequest() throws Exception {
        Later later = new Later();
        pool().generateContentPublisher(message().model("m")).subscribe(later);
        time.advance(Duration.ofHours(1));
        later.subscription().request(Long.MAX_VALUE);
        assertThat(later.ended.get(30, TimeUnit.SECONDS)).isEqualTo("ended");
    }
}

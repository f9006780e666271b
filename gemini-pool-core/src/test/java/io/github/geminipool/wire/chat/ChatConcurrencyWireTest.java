package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.Content;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.simulator.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent messages of one chat are sent one after another; chats do not wait for each other. */
@Tag("wire")
@Timeout(60)
class ChatConcurrencyWireTest extends ChatWireFixture {

    @Test
    void messagesOfManyThreadsGoOneAfterTheOther() throws Exception {
        PooledChat chat = twoKeys().createChat();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<String>> sends = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ChatForm form = List.of(ChatForm.values()).get(i % 3);
                String message = "message " + i;
                sends.add(() -> form.send(chat, message));
            }
            for (Future<String> answer : threads.invokeAll(sends)) {
                assertThat(answer.get()).contains("You wrote: \"message ");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(simulator.peakInFlight()).isEqualTo(1);
        assertThat(texts(chat.history(), "user")).hasSize(20).doesNotHaveDuplicates();
        List<Content> history = chat.history();
        String question = "";
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < history.size(); i++) {
            String text = String.valueOf(history.get(i).text());
            if (history.get(i).role().orElse("").equals("user")) {
                assertThat(answer.toString()).contains(question.isEmpty() ? "" : "You wrote: \"" + question + "\"");
                question = text;
                answer.setLength(0);
            } else {
                answer.append(text);
            }
        }
        assertThat(answer.toString()).contains("You wrote: \"" + question + "\"");
        assertThat(simulator.requests())
                .extracting(RequestRecord::inputTokens)
                .as("each with more history than the one before")
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void asynchronousMessagesGoInTheOrderInWhichTheyWereSent() throws Exception {
        PooledChat chat = twoKeys().createChat();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            messages.add("message " + i);
            answers.add(chat.sendAsync("message " + i));
        }
        for (CompletableFuture<?> answer : answers) {
            answer.get(10, TimeUnit.SECONDS);
        }
        assertThat(texts(chat.history(), "user")).isEqualTo(messages);
        assertThat(simulator.peakInFlight()).isEqualTo(1);
    }

    @Test
    void chatsDoNotWaitForEachOther() {
        GeminiPool pool = twoKeys();
        try (GenerationStream stream = pool.createChat().sendStream("first")) {
            assertThat(stream.iterator().hasNext()).isTrue();
            assertThat(pool.createChat().send("second").text()).contains("second");
        }
    }
}

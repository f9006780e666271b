package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.Member;
import io.github.geminipool.samples.discordbot.fake.Refusal;
import io.github.geminipool.samples.discordbot.fake.RestCall;
import io.github.geminipool.simulator.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatTests extends BotTest {

    private static final String BEFORE = "Before that, you wrote: ";

    private static String chat(Member who, String message) {
        return content(answered(send(who, "chat", Map.of("message", message))));
    }

    @Test
    void remembersWhatTheUserSaid() {
        assertThat(chat(ada, "My name is Ada.")).contains("You wrote: \"My name is Ada.\"");
        assertThat(chat(ada, "What is my name?")).contains(BEFORE + "\"My name is Ada.\"");
    }

    @ParameterizedTest
    @CsvSource({"chat, message", "ask, question", "ai-art, topic"})
    void commandWithoutTextIsRefusedPolitelyInBothLanguages(String command, String option) {
        for (Map<String, String> options : List.of(Map.<String, String>of(), Map.of(option, " \n"))) {
            Interaction refused = send(ada, command, options);
            assertThat(content(answered(refused))).startsWith("✍️ Please ").endsWith(" after the command.");
            RestCall call = refused.awaitCalls(1).get(0);
            assertThat(call.body().path("type").asInt()).as("a reply").isEqualTo(4);
            assertThat(call.body().at("/data/flags").asInt()).as("ephemeral").isEqualTo(64);
            assertThat(content(answered(send(mei, command, options)))).startsWith("✍️ 請在指令後面寫下");
        }
        assertThat(GEMINI.requestCount()).isZero();
    }

    @Test
    void eachUserHasTheirOwnConversation() {
        chat(ada, "My name is Ada.");
        assertThat(chat(mei, "我叫什麼名字?")).doesNotContain("Ada");
    }

    @Test
    void eachChannelHasItsOwnConversationIncludingPrivateOnes() {
        chat(ada, "My name is Ada.");
        Interaction alone = DISCORD.sendPrivately(ada, "chat", Map.of("message", "What is my name?"));
        assertThat(content(answered(alone)))
                .contains("You wrote: \"What is my name?\"")
                .doesNotContain(BEFORE);
    }

    @Test
    void idleConversationIsForgotten() {
        chat(ada, "My name is Ada.");
        time.advance(Conversations.IDLE_TIMEOUT.plusNanos(1));
        assertThat(chat(ada, "What is my name?")).doesNotContain(BEFORE);
    }

    @Test
    void failedMessageIsNotPartOfTheConversation() {
        chat(ada, "My name is Ada.");
        GEMINI.fault(Fault.when().first(1).respond(400));
        assertThat(chat(ada, "Fail!")).isEqualTo("Gemini rejected the request (400 INVALID_ARGUMENT).");
        assertThat(chat(ada, "What is my name?")).contains("Ada.").doesNotContain("Fail!");
    }

    @Test
    void mentionsDoNotNotify() {
        Interaction chat = send(ada, "chat", Map.of("message", "@everyone @here <@1> <@&2> <@!3>"));
        assertThat(content(answered(chat))).contains("@everyone @here <@1> <@&2> <@!3>");
        assertThat(chat.awaitCalls(2).get(1).body().path("allowed_mentions"))
                .hasToString("{\"parse\":[],\"replied_user\":false}");
    }

    @Test
    void longAnswerIsSplitIntoMessagesThatDoNotNotify() {
        String message = "words that @everyone reads ".repeat(160);
        Interaction chat = send(ada, "chat", Map.of("message", message));
        List<JsonNode> messages = chat.awaitMessages(3);
        assertThat(messages).allSatisfy(part -> assertThat(content(part)).hasSizeLessThanOrEqualTo(2_000));
        assertThat(messages.stream().map(BotTest::content).reduce("", (all, part) -> all + part + " "))
                .contains(message.strip());
        assertThat(chat.awaitCalls(4)).extracting(RestCall::method).containsExactly("POST", "PATCH", "POST", "POST");
    }

    @Test
    void veryLongAnswerIsAttached() {
        String text = longAnswer();
        Interaction chat = send(ada, "chat", Map.of("message", "Tell me everything."));
        assertThat(content(answered(chat)))
                .startsWith("fact 0, ")
                .endsWith("📎 The full answer is attached.")
                .hasSizeLessThanOrEqualTo(2_000);
        assertThat(chat.awaitCalls(2).get(1).files()).containsExactly(new RestCall.AttachedFile("answer.md", text));
    }

    @Test
    void withoutAttachPermissionItShowsTheBeginningAndSaysSo() {
        longAnswer();
        DISCORD.refuse(Refusal.missingPermissions(call -> !call.files().isEmpty()));
        Interaction chat = send(mei, "chat", Map.of("message", "全部告訴我。"));
        assertThat(content(answered(chat))).startsWith("fact 0, ").endsWith("我在這裡沒有附加檔案的權限。");
        assertThat(chat.awaitCalls(3)).extracting(RestCall::status).containsExactly(200, 403, 200);
    }

    private static String longAnswer() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 9_000; i++) {
            text.append("fact ").append(i).append(", 😀 ");
        }
        GEMINI.fault(Fault.when()
                .first(1)
                .body(
                        200,
                        "{\"candidates\": [{\"finishReason\": \"STOP\", \"content\": {\"role\": \"model\", \"parts\": [{\"text\": \""
                                + text + "\"}]}}]}"));
        return text.toString();
    }

    /** In real time because JDA does the waiting; one second is the least it accepts. */
    @Test
    void rateLimitedAnswerIsSentLater() {
        DISCORD.refuse(Refusal.tooManyRequests(call -> call.method().equals("PATCH"), 1));
        long begin = System.nanoTime();
        Interaction chat = send(ada, "chat", Map.of("message", "Hello"));
        assertThat(content(answered(chat))).contains("Hello");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
        assertThat(chat.awaitCalls(3)).extracting(RestCall::status).containsExactly(200, 429, 200);
    }
}

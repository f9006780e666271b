package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.Refusal;
import io.github.geminipool.samples.discordbot.fake.RestCall;
import io.github.geminipool.simulator.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AskTests extends BotTest {

    private Interaction ask(String question) {
        return send(ada, "ask", Map.of("question", question));
    }

    private static String text(RestCall call) {
        return call.body().path("content").asText();
    }

    /** Time stands still, so of eight chunks only the first is shown, then the full answer. */
    @Test
    void editsTheReplyNoMoreOftenThanTheInterval() {
        Interaction ask = ask("Why do <@1> and @everyone ask?");
        ask.awaitReply(reply -> content(reply).endsWith("say about it."));
        List<RestCall> calls = ask.awaitCalls(3);
        assertThat(calls).hasSize(3);
        assertThat(text(calls.get(1))).startsWith("This is").endsWith(" …");
        assertThat(text(calls.get(2)))
                .startsWith(text(calls.get(1)).replace(" …", ""))
                .contains("You wrote: \"Why do <@1> and @everyone ask?\".");
    }

    @Test
    void partOfACutOffAnswerIsShown() {
        GEMINI.fault(Fault.when().cutStreamAfter(3));
        assertThat(content(ask("Why?").awaitReply(reply -> content(reply).contains("⚠️"))))
                .startsWith("This is the Gemini simulator")
                .contains("⚠️ The answer was cut off. ")
                .doesNotContain(" …");
    }

    @Test
    void failureBeforeTheFirstChunkIsReported() {
        GEMINI.fault(Fault.when().respond(400));
        assertThat(content(answered(ask("Why?")))).isEqualTo("Gemini rejected the request (400 INVALID_ARGUMENT).");
    }

    @Test
    void rateLimitedEditDoesNotLoseTheEndOfTheAnswer() {
        DISCORD.refuse(Refusal.tooManyRequests(call -> call.method().equals("PATCH"), 1));
        Interaction ask = ask("Why is the sky blue?");
        ask.awaitReply(reply -> content(reply).endsWith("say about it."));
        assertThat(ask.awaitCalls(4)).extracting(RestCall::status).containsExactly(200, 429, 200, 200);
    }

    @Test
    void longAnswerContinuesInMoreMessages() {
        String question = "why ".repeat(700).strip();
        Interaction ask = ask(question);
        ask.awaitMessages(2);
        assertThat(ask.messages().stream().map(BotTest::content).reduce("", (all, part) -> all + part + " "))
                .contains(question);
    }
}

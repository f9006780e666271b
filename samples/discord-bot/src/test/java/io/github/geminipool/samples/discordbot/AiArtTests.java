package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.Refusal;
import io.github.geminipool.samples.discordbot.fake.RestCall;
import io.github.geminipool.simulator.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AiArtTests extends BotTest {

    private static final int PURPLE = 0x9B59B6;

    @Test
    void replyIsDeferredThenEdited() {
        Interaction art = send(ada, "ai-art", Map.of("topic", "a lighthouse"));
        JsonNode embed = answered(art).at("/embeds/0");
        assertThat(embed.path("title").asText()).isEqualTo("🎨 a lighthouse");
        assertThat(embed.path("color").asInt()).isEqualTo(PURPLE);
        assertThat(embed.path("description").asText()).contains("a lighthouse");
        List<RestCall> calls = art.awaitCalls(2);
        assertThat(calls)
                .extracting(RestCall::method, call -> call.path().replaceAll("\\d+", "1"), RestCall::status)
                .containsExactly(
                        tuple("POST", "interactions/1/token-of-1/callback", 200),
                        tuple("PATCH", "webhooks/1/token-of-1/messages/@original", 200));
        assertThat(calls.get(0).body()).hasToString("{\"type\":5}");
        assertThat(calls.get(1).body().path("allowed_mentions")).hasToString("{\"parse\":[],\"replied_user\":false}");
    }

    @Test
    void hasAChineseName() {
        JsonNode embed = answered(send(mei, "ai藝術", Map.of("topic", "霧中的燈塔"))).at("/embeds/0");
        assertThat(embed.path("title").asText()).isEqualTo("🎨 霧中的燈塔");
        assertThat(embed.path("description").asText()).contains("繁體中文");
    }

    @Test
    void failureIsReportedInTheUsersLanguage() {
        GEMINI.fault(Fault.when().respond(500));
        assertThat(content(answered(send(mei, "ai藝術", Map.of("topic", "霧中的燈塔")))))
                .startsWith("❌ 生成藝術描述失敗\n")
                .contains("500");
        assertThat(content(answered(send(ada, "ai-art", Map.of("topic", "a lighthouse")))))
                .startsWith("❌ Could not describe the picture\n");
    }

    @Test
    void blockedAnswerIsReported() {
        GEMINI.fault(Fault.when().wire("200-finish-blocklist.json"));
        assertThat(answered(send(ada, "ai-art", Map.of("topic", "a lighthouse")))
                        .at("/embeds/0/description")
                        .asText())
                .isEqualTo("(The answer has no text.)");
    }

    @Test
    void withoutEmbedPermissionItAnswersInPlainText() {
        DISCORD.refuse(
                Refusal.missingPermissions(call -> !call.body().path("embeds").isEmpty()));
        Interaction art = send(ada, "ai-art", Map.of("topic", "a lighthouse for @everyone"));
        assertThat(content(answered(art)))
                .startsWith("**🎨 a lighthouse for @everyone**\n")
                .contains("You wrote:");
        assertThat(art.awaitCalls(3)).extracting(RestCall::status).containsExactly(200, 403, 200);
    }

    @Test
    void withoutAnyPermissionItKeepsServingOthers() {
        DISCORD.refuse(
                Refusal.missingPermissions(call -> !call.body().path("embeds").isEmpty()));
        DISCORD.refuse(Refusal.missingPermissions(call -> call.body().has("content")));
        Interaction art = send(ada, "ai-art", Map.of("topic", "a lighthouse"));
        assertThat(art.awaitCalls(3)).extracting(RestCall::status).containsExactly(200, 403, 403);
        assertThat(answered(send(ada, "ai-art", Map.of("topic", "a lighthouse"))))
                .isNotNull();
    }

    /** For example a command that arrived too late: its answer could not be shown. */
    @Test
    void unanswerableCommandCostsNoQuota() {
        DISCORD.refuse(Refusal.unknownInteraction(call -> call.path().endsWith("/callback")));
        send(ada, "ai-art", Map.of("topic", "too late")).awaitCalls(1);
        answered(send(ada, "ai-art", Map.of("topic", "in time")));
        assertThat(GEMINI.requestCount()).isEqualTo(1);
    }
}

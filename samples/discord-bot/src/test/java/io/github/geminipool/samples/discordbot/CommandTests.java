package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.RestCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTests extends BotTest {

    @Test
    void aiArtDefersTheReplyAndEditsItToAnEmbed() {
        Interaction art = send(ada, "ai-art", Map.of("topic", "a lighthouse"));
        JsonNode reply = art.awaitReply(BotTest::isAnswered);
        assertThat(art.awaitCalls(2)).extracting(RestCall::method, RestCall::status).hasSize(2);
        List<RestCall> calls = art.calls();
        assertThat(calls.get(0).path()).startsWith("interactions/").endsWith("/callback");
        assertThat(calls.get(0).body().path("type").asInt()).isEqualTo(5);
        System.out.println(calls);
        System.out.println(DISCORD.calls());
        assertThat(reply.at("/embeds/0/title").asText()).isEqualTo("🎨 a lighthouse");
    }
}

package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** How the commands are registered with Discord. */
class RegistrationTests extends BotTest {

    private static final String NAME_IN_CHINESE = "/name_localizations/zh-TW";
    private static final String DESCRIPTION_IN_CHINESE = "/description_localizations/zh-TW";

    @Test
    void commandsHaveEnglishAndChineseNames() {
        assertThat(DISCORD.commands())
                .extracting(
                        command -> command.path("name").asText(),
                        command -> command.at(NAME_IN_CHINESE).asText())
                .containsExactlyInAnyOrder(
                        tuple("ai-art", "ai藝術"),
                        tuple("api-key-stats", "api金鑰統計"),
                        tuple("pool-stats", "連接池統計"),
                        tuple("reset-pool", "重置連接池"),
                        tuple("reset-api-stats", "重置api統計"),
                        tuple("chat", "聊天"),
                        tuple("ask", "提問"));
    }

    @Test
    void optionsHaveEnglishAndChineseNames() {
        JsonNode topic = DISCORD.command("ai-art").at("/options/0");
        assertThat(topic.path("name").asText()).isEqualTo("topic");
        assertThat(topic.at(NAME_IN_CHINESE).asText()).isEqualTo("主題");
        assertThat(topic.path("required").asBoolean()).isTrue();
        JsonNode model = DISCORD.command("reset-pool").at("/options/0");
        assertThat(model.path("name").asText()).isEqualTo("model");
        assertThat(model.path("required").asBoolean()).isFalse();
    }

    @Test
    void everythingHasADescriptionInBothLanguages() {
        for (JsonNode command : DISCORD.commands()) {
            assertThat(command.path("description").asText()).isNotBlank();
            assertThat(command.at(DESCRIPTION_IN_CHINESE).asText()).isNotBlank();
            for (JsonNode option : command.path("options")) {
                assertThat(option.path("description").asText()).isNotBlank();
                assertThat(option.at(DESCRIPTION_IN_CHINESE).asText()).isNotBlank();
            }
        }
    }

    /** Permissions "0" admit only administrators unless a server changes that; context 0 means servers. */
    @Test
    void administratorsCommandsAreNotOfferedToOthers() {
        assertThat(DISCORD.commands())
                .filteredOn(command ->
                        command.path("default_member_permissions").asText().equals("0"))
                .isNotEmpty()
                .allSatisfy(command ->
                        assertThat(command.path("contexts").toString()).isEqualTo("[\"0\"]"))
                .extracting(command -> command.path("name").asText())
                .containsExactlyInAnyOrder("api-key-stats", "pool-stats", "reset-pool", "reset-api-stats");
    }
}

package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.Member;
import io.github.geminipool.samples.discordbot.fake.Refusal;
import io.github.geminipool.samples.discordbot.fake.RestCall;
import io.github.geminipool.simulator.KeyState;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class AdministrationTests extends BotTest {

    private static final int EPHEMERAL = 64;

    @Autowired
    private GeminiPool pool;

    private void useKeysUntilOneIsQuarantined() {
        GEMINI.keyState("secret-of-first", KeyState.LEAKED);
        pool.keys().disable("second");
        answered(send(ada, "chat", Map.of("message", "Hello")));
        pool.keys().enable("second");
        answered(send(ada, "chat", Map.of("message", "Hello")));
        assertThat(pool.keyStats().usable()).isEqualTo(1);
    }

    @Test
    void statisticsAreATableThatOnlyTheAdministratorSees() {
        useKeysUntilOneIsQuarantined();
        Interaction stats = send(root, "api-key-stats", Map.of());
        JsonNode embed = answered(stats).at("/embeds/0");
        assertThat(embed.path("title").asText()).isEqualTo("🔑 API key statistics");
        assertThat(embed.path("description").asText())
                .containsPattern("Key +Req\\. +Fail\\. +Errors +Mean +State\n")
                .containsPattern("first +1 +1 +\\d+ % +\\d+ ms +quarantined\n")
                .containsPattern("second +1 +0 +\\d+ % +\\d+ ms +usable\n")
                .contains("**first**: ")
                .doesNotContain("secret-of");
        assertThat(embed.path("fields"))
                .extracting(field -> field.path("value").asText())
                .containsExactly("1 of 2 usable", "2", "1");
        assertThat(stats.calls().get(0).body().at("/data/flags").asInt()).isEqualTo(EPHEMERAL);
    }

    /** Follow-up messages are also visible only to the administrator. */
    @Test
    void withoutEmbedPermissionOnlyTheAdministratorSeesAllParts() {
        List<String> names =
                IntStream.range(0, 40).mapToObj(i -> "😀".repeat(25) + i).toList();
        names.forEach(name ->
                pool.keys().add(ApiKey.of("secret-of-" + name.hashCode()).named(name)));
        names.forEach(pool.keys()::disable);
        DISCORD.refuse(
                Refusal.missingPermissions(call -> !call.body().path("embeds").isEmpty()));
        try {
            Interaction stats = send(root, "api-key-stats", Map.of());
            assertThat(stats.awaitMessages(2)).hasSize(2);
            assertThat(stats.awaitCalls(4).get(3).body().path("flags").asInt()).isEqualTo(EPHEMERAL);
        } finally {
            names.forEach(pool.keys()::remove);
        }
    }

    @Test
    void statisticsAreInTheUsersLanguage() {
        JsonNode embed = answered(send(inChinese(), "api金鑰統計", Map.of())).at("/embeds/0");
        assertThat(embed.path("title").asText()).isEqualTo("🔑 API 金鑰統計");
        assertThat(embed.path("description").asText()).containsPattern("金鑰 +請求 +失敗 +錯誤率 +平均 +狀態\n");
    }

    @Test
    void poolStatisticsShowEachModelsInstancesAndKeys() {
        assertThat(answered(send(root, "pool-stats", Map.of()))
                        .at("/embeds/0/title")
                        .asText())
                .isEqualTo("📊 Pool statistics");
        useKeysUntilOneIsQuarantined();
        Interaction stats = send(root, "pool-stats", Map.of());
        assertThat(answered(stats).at("/embeds/0/description").asText())
                .containsSubsequence(
                        "**gemini-flash-latest**\n10 instances: 0 busy, ",
                        "2 requests, 1 of them failed\n",
                        "Requests by key: first 1 · second 1")
                .doesNotContain("secret-of");
        assertThat(stats.calls().get(0).body().at("/data/flags").asInt()).isEqualTo(EPHEMERAL);
    }

    @Test
    void poolStatisticsAreInTheUsersLanguage() {
        answered(send(ada, "chat", Map.of("message", "Hello")));
        JsonNode embed = answered(send(inChinese(), "連接池統計", Map.of())).at("/embeds/0");
        assertThat(embed.path("title").asText()).isEqualTo("📊 連接池統計");
        assertThat(embed.path("description").asText())
                .contains("10 個實例：0 個使用中，0 個沒有可用的金鑰；0 個呼叫在等待\n1 次請求，其中 0 次失敗\n各金鑰的請求次數：");
    }

    private Member inChinese() {
        return new Member(root.id(), "管理員", "zh-TW", true);
    }

    @Test
    void resetPoolRestoresKeys() {
        useKeysUntilOneIsQuarantined();
        assertThat(content(answered(send(root, "reset-pool", Map.of())))).isEqualTo("✅ All pools were reset.");
        assertThat(pool.keyStats().usable()).isEqualTo(2);
    }

    @Test
    void resetPoolAcceptsAModel() {
        answered(send(ada, "chat", Map.of("message", "Hello")));
        assertThat(content(answered(send(root, "reset-pool", Map.of("model", "gemini-flash-latest")))))
                .isEqualTo("✅ The pool of gemini-flash-latest was reset.");
        assertThat(content(answered(send(inChinese(), "重置連接池", Map.of("model", "`unknown`")))))
                .isEqualTo("沒有 \\`unknown\\` 的連接池：還沒有人問過這個模型。");
    }

    @Test
    void resetApiStatsClearsTheStatistics() {
        answered(send(ada, "chat", Map.of("message", "Hello")));
        assertThat(pool.keyStats().usage()).isEqualTo(1);
        assertThat(content(answered(send(root, "reset-api-stats", Map.of()))))
                .isEqualTo("✅ The statistics of the API keys were reset.");
        assertThat(pool.keyStats().usage()).isZero();
    }

    @Test
    void noOneIsAdministratorInPrivateChannels() {
        assertThat(content(answered(DISCORD.sendPrivately(root, "reset-pool", Map.of()))))
                .isEqualTo("⛔ Only administrators of this server can do that.");
    }

    /** A server may grant the commands to anyone; Discord then sends them. */
    @ParameterizedTest
    @ValueSource(strings = {"api-key-stats", "pool-stats", "reset-pool", "reset-api-stats"})
    void othersAreRejected(String command) {
        answered(send(ada, "chat", Map.of("message", "Hello")));
        Interaction rejected = send(ada, command, Map.of());
        assertThat(content(answered(rejected))).isEqualTo("⛔ Only administrators of this server can do that.");
        List<RestCall> calls = rejected.awaitCalls(1);
        assertThat(calls.get(0).body().path("type").asInt()).isEqualTo(4);
        assertThat(calls.get(0).body().at("/data/flags").asInt()).isEqualTo(EPHEMERAL);
        assertThat(content(answered(send(mei, command, Map.of())))).isEqualTo("⛔ 只有這個伺服器的管理員可以這麼做。");
        assertThat(pool.keyStats().usage()).isEqualTo(1);
    }
}

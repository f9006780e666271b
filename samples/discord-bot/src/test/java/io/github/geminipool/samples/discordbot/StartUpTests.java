package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import net.dv8tion.jda.api.exceptions.InvalidTokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class StartUpTests {

    private static ConfigurableApplicationContext start(String... arguments) {
        return SpringApplication.run(DiscordBotApplication.class, arguments);
    }

    @Test
    void withoutTokenAndKeysItRunsTheDemo(CapturedOutput output) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ConfigurableApplicationContext context = start("--discord.token=", "--gemini.pool.keys=")) {
            FakeDiscord discord = context.getBean(FakeDiscord.class);
            new Demo(discord, new PrintStream(out, true, StandardCharsets.UTF_8))
                    .play(Stream.of("/ask Is it me?", "", "/unknown", "重置api統計"));
            assertThat(discord.pings()).isEmpty();
            assertThat(context.getBean(GeminiSimulator.class).requests().subList(0, 2))
                    .extracting(RequestRecord::key, RequestRecord::status)
                    .containsExactly(tuple("simulated-revoked", 400), tuple("simulated-north", 200));
        }
        assertThat(output)
                .contains("No token configured: connecting to a fake Discord")
                .contains("No keys configured: answering from the embedded simulator")
                .contains("Not using key 'revoked'")
                .containsPattern("A conversation begins with key '(north|south|limited)', on instance \\d");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("小美 (zh-TW): /ai藝術 霧中的燈塔\n    POST /interactions/{id}/{token}/callback → 200\n")
                .contains("\"title\":\"🎨 霧中的燈塔\"")
                .contains("⛔ Only administrators of this server can do that.")
                .contains("You wrote: \\\"Is it me?\\\"")
                .contains("Unknown command.")
                .contains("Root (zh-TW): /重置api統計\n")
                .contains("✅ API 金鑰的統計已歸零。")
                .doesNotContain("→ 4");
    }

    @Test
    void rejectedTokenIsExplainedAndNotPrinted(CapturedOutput output) {
        try (FakeDiscord discord = FakeDiscord.start()) {
            assertThatThrownBy(() -> start(
                            "--discord.token=wrong-token",
                            "--discord.rest-url=" + discord.restUrl(),
                            "--discord.gateway-url=" + discord.gatewayUrl(),
                            "--gemini.pool.keys=some-secret"))
                    .hasRootCauseInstanceOf(InvalidTokenException.class);
        }
        assertThat(output)
                .contains("Discord rejected the bot's token.")
                .contains("Set DISCORD_TOKEN to the token")
                .doesNotContain("wrong-token")
                .doesNotContain("some-secret");
    }
}

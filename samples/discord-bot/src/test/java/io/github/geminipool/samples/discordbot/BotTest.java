package io.github.geminipool.samples.discordbot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import io.github.geminipool.samples.discordbot.fake.Interaction;
import io.github.geminipool.samples.discordbot.fake.Member;
import io.github.geminipool.simulator.GeminiSimulator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole bot with real JDA, a fake Discord and a Gemini simulator. All subclasses share one application. */
@SpringBootTest(
        properties = {
            "gemini.pool.keys[0].value=secret-of-first",
            "gemini.pool.keys[0].name=first",
            "gemini.pool.keys[1].value=secret-of-second",
            "gemini.pool.keys[1].name=second",
            "gemini.pool.acquire-timeout=0s",
            "gemini.pool.retry.max-attempts=1"
        })
@Import(TestClock.class)
@Timeout(60)
abstract class BotTest {

    static final FakeDiscord DISCORD = FakeDiscord.start();
    static final GeminiSimulator GEMINI = GeminiSimulator.builder()
            .key("secret-of-first", key -> key.project("first"))
            .key("secret-of-second", key -> key.project("second"))
            .start();
    private static final AtomicLong IDS = new AtomicLong(3_000_000_000_000_000_000L);

    /** New users for each test, so that tests do not share conversations. */
    final Member ada = new Member(IDS.incrementAndGet(), "Ada", "en-US", false);

    final Member mei = new Member(IDS.incrementAndGet(), "美", "zh-TW", false);
    final Member root = new Member(IDS.incrementAndGet(), "Root", "en-US", true);

    @Autowired
    TestTime time;

    private int notified;

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry properties) {
        properties.add("discord.token", DISCORD::token);
        properties.add("discord.rest-url", DISCORD::restUrl);
        properties.add("discord.gateway-url", DISCORD::gatewayUrl);
        properties.add("gemini.pool.base-url", GEMINI::baseUrl);
    }

    @BeforeEach
    void reset(@Autowired GeminiPool pool) {
        DISCORD.refuseNothing();
        notified = DISCORD.pings().size();
        GEMINI.reset();
        pool.reset();
        pool.resetStats();
    }

    /** Whatever the bot says in a test. */
    @AfterEach
    void noOneWasNotified() {
        assertThat(DISCORD.pings().stream().skip(notified)).isEmpty();
    }

    static Interaction send(Member who, String command, Map<String, String> options) {
        return DISCORD.send(who, command, options);
    }

    static String content(JsonNode message) {
        return message.path("content").asText();
    }

    /** Waits for the answer. */
    static JsonNode answered(Interaction interaction) {
        return interaction.awaitReply(
                reply -> !content(reply).isEmpty() || !reply.path("embeds").isEmpty());
    }
}

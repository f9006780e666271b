package io.github.geminipool.samples.discordbot;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import io.github.geminipool.simulator.GeminiSimulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says in the log who asks and who answers. */
@Component
class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final ObjectProvider<FakeDiscord> fake;
    private final ObjectProvider<GeminiSimulator> simulator;

    Announcement(ObjectProvider<FakeDiscord> fake, ObjectProvider<GeminiSimulator> simulator) {
        this.fake = fake;
        this.simulator = simulator;
    }

    @EventListener(ApplicationStartedEvent.class)
    void announce() {
        log.info(
                fake.getIfAvailable() == null
                        ? "Questions come from Discord"
                        : "No token: questions come from a fake Discord (set DISCORD_TOKEN for the real one)");
        log.info(
                simulator.getIfAvailable() == null
                        ? "Answers come with the configured keys"
                        : "No keys: answers come from the embedded simulator (set GEMINI_POOL_KEYS to ask Google)");
    }
}

package io.github.geminipool.samples.discordbot;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import io.github.geminipool.simulator.GeminiSimulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Logs whether Discord and Google are real or simulated. */
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
                        ? "Connecting to Discord"
                        : "No token configured: connecting to a fake Discord (set DISCORD_TOKEN for the real one)");
        log.info(
                simulator.getIfAvailable() == null
                        ? "Answering with the configured keys"
                        : "No keys configured: answering from the embedded simulator (set GEMINI_POOL_KEYS to call Google)");
    }
}

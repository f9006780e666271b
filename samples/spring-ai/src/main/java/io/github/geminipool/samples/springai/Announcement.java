package io.github.geminipool.samples.springai;

import io.github.geminipool.simulator.GeminiSimulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Logs the application's address and whether Google or the simulator answers. */
@Component
class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final ObjectProvider<GeminiSimulator> simulator;

    Announcement(ObjectProvider<GeminiSimulator> simulator) {
        this.simulator = simulator;
    }

    @EventListener
    void announce(WebServerInitializedEvent event) {
        log.info(
                "{}, at http://localhost:{}/chat/…",
                simulator.getIfAvailable() == null
                        ? "Answering with the configured keys"
                        : "No keys configured: answering from the embedded simulator (set GEMINI_POOL_KEYS to call Google)",
                event.getWebServer().getPort());
    }
}

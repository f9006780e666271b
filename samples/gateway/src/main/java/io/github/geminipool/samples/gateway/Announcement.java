package io.github.geminipool.samples.gateway;

import io.github.geminipool.simulator.GeminiSimulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Logs the gateway's address, who may use it, and where answers come from. */
@Component
class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final ObjectProvider<GeminiSimulator> simulator;
    private final GatewayProperties properties;

    Announcement(ObjectProvider<GeminiSimulator> simulator, GatewayProperties properties) {
        this.simulator = simulator;
        this.properties = properties;
    }

    @EventListener
    void announce(WebServerInitializedEvent event) {
        log.info(
                "GOOGLE_GEMINI_BASE_URL=http://localhost:{} ({}, {}), dashboard at /dashboard.html",
                event.getWebServer().getPort(),
                simulator.getIfAvailable() == null
                        ? "answers come from Google"
                        : "no keys configured: answers come from the embedded simulator; set GEMINI_POOL_KEYS to call"
                                + " Google",
                properties.clients().isEmpty()
                        ? "for any program on this machine, with any API key"
                        : "for " + properties.clients().size() + " clients");
    }
}

package io.github.geminipool.samples.quickstart;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Logs the application's address and whether Google or the simulator answers. */
@Component
class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final Source source;

    Announcement(Source source) {
        this.source = source;
    }

    @EventListener
    void announce(WebServerInitializedEvent event) {
        String address = "http://localhost:" + event.getWebServer().getPort();
        if (source.isSimulator()) {
            log.info(
                    "No keys configured: answering from the embedded simulator (set GEMINI_POOL_KEYS to call Google), open {}",
                    address);
        } else {
            log.info("Answering with the configured keys, open {}", address);
        }
    }
}

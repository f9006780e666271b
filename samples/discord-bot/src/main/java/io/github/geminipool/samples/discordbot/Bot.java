package io.github.geminipool.samples.discordbot;

import java.time.Duration;
import java.util.List;
import net.dv8tion.jda.api.JDA;
import net.dv8tion.jda.api.JDABuilder;
import net.dv8tion.jda.api.requests.RestConfig;
import net.dv8tion.jda.api.utils.Compression;
import net.dv8tion.jda.api.utils.ConcurrentSessionController;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The bot's connection to Discord, open while the application runs. */
@Component
class Bot implements SmartLifecycle {

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);

    private final DiscordConnection connection;
    private final CommandListener listener;
    private volatile @Nullable JDA jda;

    Bot(DiscordConnection connection, CommandListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    /** Slash commands need no intents, so the bot cannot read users' messages. */
    @Override
    public void start() {
        JDABuilder builder = JDABuilder.createLight(connection.token(), List.of())
                .setRestConfig(new RestConfig().setBaseUrl(connection.restUrl()))
                // Without intents, Discord sends few events.
                .setCompression(Compression.NONE)
                .setEnableShutdownHook(false)
                .addEventListeners(listener);
        String gatewayUrl = connection.gatewayUrl();
        if (gatewayUrl != null) {
            builder.setSessionController(new GatewayAt(gatewayUrl));
        }
        jda = builder.build();
    }

    @Override
    public void stop() {
        JDA running = jda;
        jda = null;
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            if (!running.awaitShutdown(GRACE_PERIOD)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return jda != null;
    }

    /** JDA takes the gateway's URL from here rather than from the REST API. */
    private static final class GatewayAt extends ConcurrentSessionController {

        private final String url;

        GatewayAt(String url) {
            this.url = url;
        }

        @Override
        public String getGateway() {
            return url;
        }
    }
}

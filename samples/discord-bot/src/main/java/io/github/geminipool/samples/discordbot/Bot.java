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

/** The bot's connection to Discord, for as long as the application runs. */
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

    /** Slash commands come without any intent: the bot reads nobody's messages. */
    @Override
    public void start() {
        JDABuilder builder = JDABuilder.createLight(connection.token(), List.of())
                .setRestConfig(new RestConfig().setBaseUrl(connection.restUrl()))
                // Without intents little comes.
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

    /** JDA asks this one, and not the REST API, where the gateway is. */
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

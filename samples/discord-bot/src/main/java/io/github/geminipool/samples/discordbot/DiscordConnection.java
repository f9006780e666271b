package io.github.geminipool.samples.discordbot;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import java.util.Objects;
import net.dv8tion.jda.api.requests.RestConfig;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Discord.
 *
 * @param token the bot's token
 * @param restUrl base URL of the REST API
 * @param gatewayUrl URL of the gateway; null for Discord's default
 */
record DiscordConnection(
        String token, String restUrl, @Nullable String gatewayUrl) {

    static DiscordConnection of(DiscordProperties properties) {
        return new DiscordConnection(
                Objects.requireNonNullElse(properties.token(), ""),
                Objects.requireNonNullElse(properties.restUrl(), RestConfig.DEFAULT_BASE_URL),
                properties.gatewayUrl());
    }

    static DiscordConnection of(FakeDiscord fake) {
        return new DiscordConnection(fake.token(), fake.restUrl(), fake.gatewayUrl());
    }

    /** Omits the token. */
    @Override
    public String toString() {
        return "DiscordConnection[restUrl=" + restUrl + ", gatewayUrl=" + gatewayUrl + "]";
    }
}

package io.github.geminipool.samples.discordbot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How to connect to Discord.
 *
 * @param token the bot's token; without one, the fake Discord is used
 * @param restUrl base URL of the REST API, for proxies and tests; default: Discord's
 * @param gatewayUrl URL of the gateway, for proxies and tests; default: Discord's
 */
@ConfigurationProperties("discord")
record DiscordProperties(
        @Nullable String token,
        @Nullable String restUrl,
        @Nullable String gatewayUrl) {

    /** Omits the token. */
    @Override
    public String toString() {
        return "DiscordProperties[restUrl=" + restUrl + ", gatewayUrl=" + gatewayUrl + "]";
    }
}

package io.github.geminipool.samples.discordbot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where Discord is, and as which bot to go there.
 *
 * @param token the bot's; without one, the fake Discord is used
 * @param restUrl base URL of the REST API, for proxies and tests; Discord's own without it
 * @param gatewayUrl where the gateway is, for proxies and tests; Discord's own without it
 */
@ConfigurationProperties("discord")
record DiscordProperties(
        @Nullable String token,
        @Nullable String restUrl,
        @Nullable String gatewayUrl) {

    /** Shows no token. */
    @Override
    public String toString() {
        return "DiscordProperties[restUrl=" + restUrl + ", gatewayUrl=" + gatewayUrl + "]";
    }
}

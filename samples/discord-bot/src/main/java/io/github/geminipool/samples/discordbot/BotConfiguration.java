package io.github.geminipool.samples.discordbot;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import io.github.geminipool.spi.TimeSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Shared dependencies of the bot's components. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DiscordProperties.class)
class BotConfiguration {

    @Bean
    DiscordConnection discordConnection(DiscordProperties properties, ObjectProvider<FakeDiscord> fake) {
        FakeDiscord instead = fake.getIfAvailable();
        return instead == null ? DiscordConnection.of(properties) : DiscordConnection.of(instead);
    }

    @Bean
    TimeSource timeSource() {
        return TimeSource.system();
    }
}

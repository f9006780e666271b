package io.github.geminipool.samples.discordbot;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Without a token, the bot connects to a fake Discord embedded in this application. */
@Configuration(proxyBeanMethods = false)
@Conditional(NoTokenCondition.class)
class FakeDiscordConfiguration {

    @Bean
    FakeDiscord fakeDiscord() {
        return FakeDiscord.start();
    }
}

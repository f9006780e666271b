package io.github.geminipool.samples.discordbot;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Gives the bot a clock that tests control. */
@TestConfiguration
class TestClock {

    @Bean
    @Primary
    TestTime testTime() {
        return new TestTime();
    }
}

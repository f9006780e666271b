package io.github.geminipool.samples.discordbot;

import io.github.geminipool.samples.discordbot.fake.FakeDiscord;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Answers slash commands in Discord; without a token, in a fake Discord on the console. */
@SpringBootApplication
public class DiscordBotApplication {

    /** Starts the application. */
    public static void main(String[] args) throws InterruptedException {
        ConfigurableApplicationContext context = SpringApplication.run(DiscordBotApplication.class, args);
        FakeDiscord fake = context.getBeanProvider(FakeDiscord.class).getIfAvailable();
        if (fake != null) {
            demonstrate(fake);
            System.exit(SpringApplication.exit(context));
        }
    }

    private static void demonstrate(FakeDiscord fake) throws InterruptedException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        new Demo(fake, out).play(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines());
    }
}

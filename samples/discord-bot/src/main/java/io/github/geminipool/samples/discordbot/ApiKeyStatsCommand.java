package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.KeyStats;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.EmbedBuilder;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.springframework.stereotype.Component;

/** Shows statistics of the keys; a pool's statistics never contain secrets. */
@Component
class ApiKeyStatsCommand implements SlashCommand {

    private static final int PURPLE = 0x9B59B6;

    private final GeminiPool pool;

    ApiKeyStatsCommand(GeminiPool pool) {
        this.pool = pool;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("api-key-stats", "Shows statistics of the API keys");
    }

    @Override
    public boolean isForAdministrators() {
        return true;
    }

    @Override
    public CompletableFuture<Answer> answer(Question question) {
        Words words = question.words();
        KeyStats stats = pool.keyStats();
        return CompletableFuture.completedFuture(Answer.of(new EmbedBuilder()
                .setColor(PURPLE)
                .setTitle("🔑 " + words.of("stats.title"))
                .setDescription(new KeyTable(words).of(stats))
                .addField(
                        words.of("stats.keys"),
                        words.of("stats.usable", stats.usable(), stats.keys().size()),
                        true)
                .addField(words.of("stats.attempts"), String.valueOf(stats.usage()), true)
                .addField(words.of("stats.failed"), String.valueOf(stats.failed()), true)
                .build()));
    }
}

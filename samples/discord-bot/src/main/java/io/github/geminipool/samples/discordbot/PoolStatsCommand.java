package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.EmbedBuilder;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.springframework.stereotype.Component;

/** Shows the pool of each model. */
@Component
class PoolStatsCommand implements SlashCommand {

    private static final int PURPLE = 0x9B59B6;

    private final GeminiPool pool;

    PoolStatsCommand(GeminiPool pool) {
        this.pool = pool;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("pool-stats", "Shows the pool of each model");
    }

    @Override
    public boolean isForAdministrators() {
        return true;
    }

    @Override
    public CompletableFuture<Answer> answer(Question question) {
        Words words = question.words();
        return CompletableFuture.completedFuture(Answer.of(new EmbedBuilder()
                .setColor(PURPLE)
                .setTitle("📊 " + words.of("pool.title"))
                .setDescription(new ModelList(words).of(pool.stats().models()))
                .build()));
    }
}

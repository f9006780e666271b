package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.springframework.stereotype.Component;

/** Resets the statistics. */
@Component
class ResetApiStatsCommand implements SlashCommand {

    private final GeminiPool pool;

    ResetApiStatsCommand(GeminiPool pool) {
        this.pool = pool;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("reset-api-stats", "Resets the statistics of the API keys");
    }

    @Override
    public boolean isForAdministrators() {
        return true;
    }

    @Override
    public CompletableFuture<Answer> answer(Question question) {
        pool.resetStats();
        return CompletableFuture.completedFuture(Answer.of(question.words().of("reset.stats")));
    }
}

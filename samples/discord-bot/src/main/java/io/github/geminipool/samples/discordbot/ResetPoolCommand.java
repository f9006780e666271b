package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.interactions.commands.OptionType;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.OptionData;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import net.dv8tion.jda.api.utils.MarkdownSanitizer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;

/** Resets one model's pool, or all pools. */
@Component
class ResetPoolCommand implements SlashCommand {

    private static final int MAX_MODEL_LENGTH = 100;

    private final GeminiPool pool;
    private final AsyncTaskExecutor executor;

    ResetPoolCommand(GeminiPool pool, AsyncTaskExecutor executor) {
        this.pool = pool;
        this.executor = executor;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("reset-pool", "Resets the pool, so that excluded keys are used again")
                .addOptions(new OptionData(OptionType.STRING, "model", "Only this model's pool")
                        .setMaxLength(MAX_MODEL_LENGTH));
    }

    @Override
    public boolean isForAdministrators() {
        return true;
    }

    /** Resetting all pools reloads the keys, which may block. */
    @Override
    public CompletableFuture<Answer> answer(Question question) {
        return executor.submitCompletable(() -> Answer.of(reset(question.optionalText("model"), question.words())));
    }

    private String reset(@Nullable String model, Words words) {
        if (model == null) {
            pool.reset();
            return words.of("reset.all");
        }
        return words.of(pool.reset(model) ? "reset.model" : "reset.no-model", MarkdownSanitizer.escape(model));
    }
}

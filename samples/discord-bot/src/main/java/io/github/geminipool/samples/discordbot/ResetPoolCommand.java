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

/** Makes the pool of a model, or all of them, as new. */
@Component
class ResetPoolCommand implements SlashCommand {

    private static final int LONGEST_MODEL = 100;

    private final GeminiPool pool;
    private final AsyncTaskExecutor executor;

    ResetPoolCommand(GeminiPool pool, AsyncTaskExecutor executor) {
        this.pool = pool;
        this.executor = executor;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("reset-pool", "Makes the pool as new, and lets rested keys be used again")
                .addOptions(new OptionData(OptionType.STRING, "model", "Only this model's pool")
                        .setMaxLength(LONGEST_MODEL));
    }

    @Override
    public boolean isForAdministrators() {
        return true;
    }

    /** A reset of everything reads the source of the keys again, which may take its time. */
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

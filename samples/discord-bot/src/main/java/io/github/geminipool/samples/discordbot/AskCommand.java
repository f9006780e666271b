package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.spi.TimeSource;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.interactions.commands.OptionType;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.OptionData;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;

/** Answers a question and shows the answer as it streams in. */
@Component
class AskCommand implements SlashCommand {

    private final GeminiPool pool;
    private final AsyncTaskExecutor executor;
    private final TimeSource time;
    private final Problems problems;

    AskCommand(GeminiPool pool, AsyncTaskExecutor executor, TimeSource time, Problems problems) {
        this.pool = pool;
        this.executor = executor;
        this.time = time;
        this.problems = problems;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("ask", "Answers a question, showing the answer as it is written")
                .addOptions(new OptionData(OptionType.STRING, "question", "What you want to know", true)
                        .setMaxLength(OptionData.MAX_STRING_OPTION_LENGTH));
    }

    @Override
    public CompletableFuture<Answer> answer(Question question) {
        PacedEdits edits = new PacedEdits(question.reply()::edit, time);
        return executor.submitCompletable(() -> stream(question, edits))
                .thenCompose(answer -> edits.settled().thenApply(settled -> answer));
    }

    private Answer stream(Question question, PacedEdits edits) {
        GenerationRequest request = Prompts.of(question.text("question"), question.words(), "instruction");
        try (GenerationStream stream = pool.generateContentStream(request)) {
            return new StreamedAnswer(edits, question.words(), problems).read(stream);
        }
    }
}

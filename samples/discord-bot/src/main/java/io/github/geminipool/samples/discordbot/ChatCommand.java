package io.github.geminipool.samples.discordbot;

import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.interactions.commands.OptionType;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.OptionData;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.springframework.stereotype.Component;

/** Answers in the context of the user's conversation in the channel. */
@Component
class ChatCommand implements SlashCommand {

    private final Conversations conversations;

    ChatCommand(Conversations conversations) {
        this.conversations = conversations;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("chat", "Chats with you and remembers what you said in this channel")
                .addOptions(new OptionData(OptionType.STRING, "message", "What you want to say", true)
                        .setMaxLength(OptionData.MAX_STRING_OPTION_LENGTH));
    }

    @Override
    public CompletableFuture<Answer> answer(Question question) {
        Words words = question.words();
        return conversations
                .of(question.speaker())
                .sendAsync(Prompts.of(question.text("message"), words, "instruction"))
                .thenApply(response -> Answer.of(words.orNothing(AnswerText.of(response))));
    }
}

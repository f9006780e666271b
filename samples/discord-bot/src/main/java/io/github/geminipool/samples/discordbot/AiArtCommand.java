package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GeminiPool;
import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.EmbedBuilder;
import net.dv8tion.jda.api.entities.MessageEmbed;
import net.dv8tion.jda.api.interactions.commands.OptionType;
import net.dv8tion.jda.api.interactions.commands.build.Commands;
import net.dv8tion.jda.api.interactions.commands.build.OptionData;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.springframework.stereotype.Component;

/** Describes a picture on a given topic. */
@Component
class AiArtCommand implements SlashCommand {

    private static final int PURPLE = 0x9B59B6;
    private static final int MAX_TOPIC_LENGTH = 200;

    private final GeminiPool pool;

    AiArtCommand(GeminiPool pool) {
        this.pool = pool;
    }

    @Override
    public SlashCommandData definition() {
        return Commands.slash("ai-art", "Describes a picture on a topic")
                .addOptions(new OptionData(OptionType.STRING, "topic", "What the picture is of", true)
                        .setMaxLength(MAX_TOPIC_LENGTH));
    }

    @Override
    public CompletableFuture<Answer> answer(Question question) {
        String topic = question.text("topic");
        Words words = question.words();
        return pool.generateContentAsync(Prompts.of(words.of("ai-art.prompt", topic), words, "instruction"))
                .thenApply(response -> Answer.of(embed(topic, words.orNothing(AnswerText.of(response)))));
    }

    private static MessageEmbed embed(String topic, String text) {
        return new EmbedBuilder()
                .setColor(PURPLE)
                .setTitle("🎨 " + topic)
                .setDescription(LongText.beginning(text, MessageEmbed.DESCRIPTION_MAX_LENGTH))
                .build();
    }

    @Override
    public String failed(Words words, String why) {
        return words.of("ai-art.failed") + "\n" + why;
    }
}

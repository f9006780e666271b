package io.github.geminipool.samples.discordbot;

import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;

/** A command, and how it is answered. */
interface SlashCommand {

    /** What Discord is told of it, in English; {@code messages_zh_TW.properties} has the rest. */
    SlashCommandData definition();

    /** Whether only administrators may use it, and only they see the answer. */
    default boolean isForAdministrators() {
        return false;
    }

    /**
     * Answers it, once Discord knows that an answer will come. Must not wait: the calling thread is one of JDA's few.
     *
     * @return fails where there is no answer
     */
    CompletableFuture<Answer> answer(Question question);

    /** What is said when there is no answer. */
    default String failed(Words words, String why) {
        return why;
    }
}

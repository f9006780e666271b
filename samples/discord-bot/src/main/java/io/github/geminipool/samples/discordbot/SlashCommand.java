package io.github.geminipool.samples.discordbot;

import java.util.concurrent.CompletableFuture;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;

/** A slash command and its implementation. */
interface SlashCommand {

    /** Returns the definition for Discord, in English; translations are in {@code messages_zh_TW.properties}. */
    SlashCommandData definition();

    /** Returns whether only administrators may use it and see the answer. */
    default boolean isForAdministrators() {
        return false;
    }

    /**
     * Answers the command, after the reply was deferred. Must not block: the calling thread is one of JDA's few.
     *
     * @return the answer; completes exceptionally if there is none
     */
    CompletableFuture<Answer> answer(Question question);

    /** Returns the reply for a failure. */
    default String failed(Words words, String why) {
        return why;
    }
}

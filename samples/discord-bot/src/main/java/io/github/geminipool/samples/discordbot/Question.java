package io.github.geminipool.samples.discordbot;

import java.util.Objects;
import net.dv8tion.jda.api.events.interaction.command.SlashCommandInteractionEvent;
import net.dv8tion.jda.api.interactions.commands.OptionMapping;
import org.jspecify.annotations.Nullable;

/**
 * A command sent by a user.
 *
 * @param event the event from Discord
 * @param words in the user's language
 * @param reply the reply to edit
 */
record Question(SlashCommandInteractionEvent event, Words words, Reply reply) {

    /** Returns a required option. */
    String text(String option) {
        return Objects.requireNonNull(optionalText(option), option);
    }

    /** Returns an option, or null if it was not given. */
    @Nullable
    String optionalText(String option) {
        OptionMapping given = event.getOption(option);
        return given == null ? null : given.getAsString();
    }

    /** Returns the user and channel. */
    Speaker speaker() {
        return new Speaker(event.getUser().getIdLong(), event.getChannelIdLong());
    }
}

package io.github.geminipool.samples.discordbot;

import java.util.Objects;
import net.dv8tion.jda.api.events.interaction.command.SlashCommandInteractionEvent;
import net.dv8tion.jda.api.interactions.commands.OptionMapping;
import org.jspecify.annotations.Nullable;

/**
 * A command that somebody has sent.
 *
 * @param event what came
 * @param words in the user's language
 * @param reply where the answer goes
 */
record Question(SlashCommandInteractionEvent event, Words words, Reply reply) {

    /** An option that a command can't be sent without. */
    String text(String option) {
        return Objects.requireNonNull(optionalText(option), option);
    }

    /** An option; null if it was not given. */
    @Nullable
    String optionalText(String option) {
        OptionMapping given = event.getOption(option);
        return given == null ? null : given.getAsString();
    }

    /** Who asks, and where. */
    Speaker speaker() {
        return new Speaker(event.getUser().getIdLong(), event.getChannelIdLong());
    }
}

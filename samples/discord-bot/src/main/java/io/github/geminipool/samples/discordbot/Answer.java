package io.github.geminipool.samples.discordbot;

import java.util.Objects;
import net.dv8tion.jda.api.entities.MessageEmbed;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a command.
 *
 * @param text of any length
 * @param embed shown instead of the text where the bot has the permission; or null
 */
record Answer(String text, @Nullable MessageEmbed embed) {

    static Answer of(String text) {
        return new Answer(text, null);
    }

    static Answer of(MessageEmbed embed) {
        return new Answer(
                "**" + Objects.requireNonNullElse(embed.getTitle(), "") + "**\n"
                        + Objects.requireNonNullElse(embed.getDescription(), ""),
                embed);
    }
}

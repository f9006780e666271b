package io.github.geminipool.samples.discordbot;

import java.util.Locale;
import java.util.Map;
import net.dv8tion.jda.api.interactions.DiscordLocale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The bot's languages: Traditional Chinese for users whose Discord is in Traditional Chinese, English for all others. */
@Component
class Languages {

    private final MessageSource source;

    Languages(MessageSource source) {
        this.source = source;
    }

    /** Returns the words for a user's Discord language. */
    Words of(DiscordLocale user) {
        return new Words(source, user == DiscordLocale.CHINESE_TAIWAN ? Locale.TAIWAN : Locale.ENGLISH);
    }

    /** Returns the translated names and descriptions of commands and options, for the keys that JDA generates. */
    Map<DiscordLocale, String> localizations(String key) {
        return Map.of(
                DiscordLocale.CHINESE_TAIWAN, of(DiscordLocale.CHINESE_TAIWAN).of(key));
    }
}

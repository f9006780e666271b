package io.github.geminipool.samples.discordbot;

import java.util.Locale;
import java.util.Map;
import net.dv8tion.jda.api.interactions.DiscordLocale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The languages that the bot speaks: English, and Traditional Chinese to those who use Discord in it. */
@Component
class Languages {

    private final MessageSource source;

    Languages(MessageSource source) {
        this.source = source;
    }

    /** The words for somebody who uses Discord in a language. */
    Words of(DiscordLocale user) {
        return new Words(source, user == DiscordLocale.CHINESE_TAIWAN ? Locale.TAIWAN : Locale.ENGLISH);
    }

    /** The names and descriptions of commands and options other than English ones, by the key that JDA makes for each. */
    Map<DiscordLocale, String> localizations(String key) {
        return Map.of(
                DiscordLocale.CHINESE_TAIWAN, of(DiscordLocale.CHINESE_TAIWAN).of(key));
    }
}

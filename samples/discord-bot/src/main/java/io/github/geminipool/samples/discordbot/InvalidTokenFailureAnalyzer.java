package io.github.geminipool.samples.discordbot;

import net.dv8tion.jda.api.exceptions.InvalidTokenException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains what to do if Discord rejects the token. */
class InvalidTokenFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTokenException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidTokenException cause) {
        return new FailureAnalysis(
                "Discord rejected the bot's token.",
                "Set DISCORD_TOKEN to the token on the \"Bot\" page of your application in Discord's developer portal."
                        + " Without DISCORD_TOKEN, the bot connects to a fake Discord.",
                cause);
    }
}

package io.github.geminipool.samples.discordbot;

import net.dv8tion.jda.api.exceptions.InvalidTokenException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do about a token that Discord does not know. */
class InvalidTokenFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTokenException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidTokenException cause) {
        return new FailureAnalysis(
                "Discord refused the bot's token.",
                "Copy the token from the page \"Bot\" of your application in Discord's developer portal, and set"
                        + " DISCORD_TOKEN to it. Without DISCORD_TOKEN, the bot runs on a fake Discord.",
                cause);
    }
}

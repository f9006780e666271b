package io.github.geminipool.samples.discordbot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.dv8tion.jda.api.Permission;
import net.dv8tion.jda.api.entities.Member;
import net.dv8tion.jda.api.entities.Message;
import net.dv8tion.jda.api.events.interaction.command.SlashCommandInteractionEvent;
import net.dv8tion.jda.api.events.session.ReadyEvent;
import net.dv8tion.jda.api.hooks.ListenerAdapter;
import net.dv8tion.jda.api.interactions.InteractionContextType;
import net.dv8tion.jda.api.interactions.InteractionHook;
import net.dv8tion.jda.api.interactions.commands.DefaultMemberPermissions;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tells Discord which commands there are, and hands them to those who answer them. */
@Component
class CommandListener extends ListenerAdapter {

    private static final Logger log = LoggerFactory.getLogger(CommandListener.class);

    private final Map<String, SlashCommand> commands;
    private final Languages languages;
    private final Problems problems;

    CommandListener(List<SlashCommand> commands, Languages languages, Problems problems) {
        this.commands = commands.stream()
                .collect(Collectors.toMap(command -> command.definition().getName(), Function.identity()));
        this.languages = languages;
        this.problems = problems;
    }

    @Override
    public void onReady(ReadyEvent event) {
        List<SlashCommandData> definitions =
                commands.values().stream().map(this::definition).toList();
        event.getJDA()
                .updateCommands()
                .addCommands(definitions)
                .queue(
                        registered -> log.info(
                                "Connected to Discord as {}, with {} commands",
                                event.getJDA().getSelfUser().getName(),
                                registered.size()),
                        e -> log.error("Discord did not take the commands", e));
    }

    private SlashCommandData definition(SlashCommand command) {
        SlashCommandData definition = command.definition().setLocalizationFunction(languages::localizations);
        return command.isForAdministrators()
                ? definition
                        .setContexts(InteractionContextType.GUILD)
                        .setDefaultPermissions(DefaultMemberPermissions.DISABLED)
                : definition;
    }

    /** Runs on the thread that reads the gateway, so it only begins. */
    @Override
    public void onSlashCommandInteraction(SlashCommandInteractionEvent event) {
        Words words = languages.of(event.getUserLocale());
        SlashCommand command = commands.get(event.getName());
        if (command == null) {
            refuse(event, words.of("refused.unknown"));
        } else if (command.isForAdministrators() && !isAdministrator(event.getMember())) {
            refuse(event, words.of("refused.administrators"));
        } else {
            event.deferReply(command.isForAdministrators())
                    .queue(hook -> answer(command, event, words, hook), e -> logNoReply(event, e));
        }
    }

    /** Servers can give commands to whom they like; this one's are for administrators all the same. */
    private static boolean isAdministrator(@Nullable Member member) {
        return member != null && member.hasPermission(Permission.ADMINISTRATOR);
    }

    private void refuse(SlashCommandInteractionEvent event, String why) {
        Reply.quietly(event.reply(why).setEphemeral(true)).queue(null, e -> logNoReply(event, e));
    }

    private void answer(SlashCommand command, SlashCommandInteractionEvent event, Words words, InteractionHook hook) {
        Reply reply = new Reply(hook.setEphemeral(command.isForAdministrators()), words);
        CompletableFuture<Message> unused = begin(command, new Question(event, words, reply))
                .exceptionally(e -> Answer.of(command.failed(words, problems.inWords(e, words))))
                .thenCompose(reply::show)
                .whenComplete((shown, e) -> {
                    if (e != null) {
                        logNoReply(event, e);
                    }
                });
    }

    private static CompletableFuture<Answer> begin(SlashCommand command, Question question) {
        try {
            return command.answer(question);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void logNoReply(SlashCommandInteractionEvent event, Throwable e) {
        log.warn("/{} could not be answered: {}", event.getName(), e.getMessage());
        log.debug("/{} could not be answered", event.getName(), e);
    }
}

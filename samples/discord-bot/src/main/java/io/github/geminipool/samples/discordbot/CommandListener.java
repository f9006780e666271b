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
import net.dv8tion.jda.api.interactions.commands.build.OptionData;
import net.dv8tion.jda.api.interactions.commands.build.SlashCommandData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Registers the commands with Discord and dispatches them. */
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
                        e -> log.error("Could not register the commands with Discord", e));
    }

    private SlashCommandData definition(SlashCommand command) {
        SlashCommandData definition = command.definition().setLocalizationFunction(languages::localizations);
        return command.isForAdministrators()
                ? definition
                        .setContexts(InteractionContextType.GUILD)
                        .setDefaultPermissions(DefaultMemberPermissions.DISABLED)
                : definition;
    }

    /** Runs on JDA's gateway thread, so it must not block. */
    @Override
    public void onSlashCommandInteraction(SlashCommandInteractionEvent event) {
        Words words = languages.of(event.getUserLocale());
        SlashCommand command = commands.get(event.getName());
        if (command == null) {
            reject(event, words.of("refused.unknown"));
        } else if (command.isForAdministrators() && !isAdministrator(event.getMember())) {
            reject(event, words.of("refused.administrators"));
        } else if (isTextMissing(command, event)) {
            reject(event, words.of(event.getName() + ".blank"));
        } else {
            event.deferReply(command.isForAdministrators())
                    .queue(hook -> answer(command, event, words, hook), e -> logNoReply(event, e));
        }
    }

    /** Discord's clients insist on required options, but accept spaces. */
    private static boolean isTextMissing(SlashCommand command, SlashCommandInteractionEvent event) {
        return command.definition().getOptions().stream()
                .filter(OptionData::isRequired)
                .map(option -> event.getOption(option.getName()))
                .anyMatch(given -> given == null || given.getAsString().isBlank());
    }

    /** Servers can grant commands to anyone, so administrators are checked here again. */
    private static boolean isAdministrator(@Nullable Member member) {
        return member != null && member.hasPermission(Permission.ADMINISTRATOR);
    }

    private void reject(SlashCommandInteractionEvent event, String reason) {
        Reply.quietly(event.reply(reason).setEphemeral(true)).queue(null, e -> logNoReply(event, e));
    }

    private void answer(SlashCommand command, SlashCommandInteractionEvent event, Words words, InteractionHook hook) {
        Reply reply = new Reply(hook.setEphemeral(command.isForAdministrators()), words);
        CompletableFuture<Message> unused = start(command, new Question(event, words, reply))
                .exceptionally(e -> Answer.of(command.failed(words, problems.inWords(e, words))))
                .thenCompose(reply::show)
                .whenComplete((shown, e) -> {
                    if (e != null) {
                        logNoReply(event, e);
                    }
                });
    }

    private static CompletableFuture<Answer> start(SlashCommand command, Question question) {
        try {
            return command.answer(question);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void logNoReply(SlashCommandInteractionEvent event, Throwable e) {
        log.warn("Could not reply to /{}: {}", event.getName(), e.getMessage());
        log.debug("Could not reply to /{}", event.getName(), e);
    }
}

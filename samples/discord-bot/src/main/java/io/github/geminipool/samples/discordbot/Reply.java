package io.github.geminipool.samples.discordbot;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import net.dv8tion.jda.api.entities.Message;
import net.dv8tion.jda.api.exceptions.ErrorResponseException;
import net.dv8tion.jda.api.interactions.InteractionHook;
import net.dv8tion.jda.api.requests.ErrorResponse;
import net.dv8tion.jda.api.requests.restaction.WebhookMessageEditAction;
import net.dv8tion.jda.api.utils.FileUpload;
import net.dv8tion.jda.api.utils.messages.MessageRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reply to a command: deferred first, then edited. It never notifies anyone. */
final class Reply {

    /** Discord's maximum length of a message, in code points; counting UTF-16 units instead errs on the safe side. */
    static final int MAX_LENGTH = 2_000;

    /** Answers that need more messages are attached as a file. */
    static final int MAX_MESSAGES = 4;

    private static final Logger log = LoggerFactory.getLogger(Reply.class);

    private final InteractionHook hook;
    private final Words words;

    Reply(InteractionHook hook, Words words) {
        this.hook = hook;
        this.words = words;
    }

    /** Shows as much of a text as fits in one message. */
    CompletableFuture<Message> edit(String text) {
        return original(LongText.beginning(text, MAX_LENGTH)).submit();
    }

    /** Shows the answer, in the best form that the bot's permissions allow. */
    CompletableFuture<Message> show(Answer answer) {
        if (answer.embed() == null) {
            return showText(answer.text());
        }
        CompletableFuture<Message> shown =
                quietly(hook.editOriginalEmbeds(answer.embed())).submit();
        return orElse(shown, () -> showText(answer.text()));
    }

    private CompletableFuture<Message> showText(String text) {
        List<String> parts = LongText.parts(text, MAX_LENGTH);
        if (parts.size() > MAX_MESSAGES) {
            return attach(text);
        }
        CompletableFuture<Message> shown = original(parts.get(0)).submit();
        for (String part : parts.subList(1, parts.size())) {
            shown = shown.thenCompose(before -> quietly(hook.sendMessage(part)).submit());
        }
        return shown;
    }

    private CompletableFuture<Message> attach(String text) {
        FileUpload file = FileUpload.fromData(text.getBytes(StandardCharsets.UTF_8), "answer.md");
        CompletableFuture<Message> shown =
                original(withNote(text, "answer.attached")).setFiles(file).submit();
        return orElse(
                shown, () -> original(withNote(text, "answer.not-attached")).submit());
    }

    private String withNote(String text, String code) {
        String note = "\n\n" + words.of(code);
        return LongText.beginning(text, MAX_LENGTH - note.length()) + note;
    }

    private WebhookMessageEditAction<Message> original(String text) {
        return quietly(hook.editOriginal(text));
    }

    /** Disables notifications for all mentions in a message. */
    static <R extends MessageRequest<R>> R quietly(R message) {
        return message.setAllowedMentions(Set.of()).mentionRepliedUser(false);
    }

    private static CompletableFuture<Message> orElse(
            CompletableFuture<Message> shown, Supplier<CompletableFuture<Message>> simpler) {
        return shown.exceptionallyCompose(e -> {
            if (!isForbidden(e)) {
                return CompletableFuture.failedFuture(e);
            }
            log.warn(
                    "Discord rejected an embed or a file ({}); answering in plain text. Give the bot the permissions Embed"
                            + " Links and Attach Files in that channel",
                    e.getMessage());
            return simpler.get();
        });
    }

    private static boolean isForbidden(Throwable e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        return cause instanceof ErrorResponseException rejected
                && (rejected.getErrorResponse() == ErrorResponse.MISSING_PERMISSIONS
                        || rejected.getErrorResponse() == ErrorResponse.MISSING_ACCESS);
    }
}

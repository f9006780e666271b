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

/** The reply to a command: first deferred, then what it is edited to. Nothing in it notifies anybody. */
final class Reply {

    /** What Discord lets a message hold, in code points; counting more units than there are errs on the safe side. */
    static final int LONGEST = 2_000;

    /** An answer of more messages is attached instead. */
    static final int MOST_MESSAGES = 4;

    private static final Logger log = LoggerFactory.getLogger(Reply.class);

    private final InteractionHook hook;
    private final Words words;

    Reply(InteractionHook hook, Words words) {
        this.hook = hook;
        this.words = words;
    }

    /** Shows as much of a text as there is room for. */
    CompletableFuture<Message> edit(String text) {
        return original(LongText.beginning(text, LONGEST)).submit();
    }

    /** Shows the answer, as well as the bot may. */
    CompletableFuture<Message> show(Answer answer) {
        if (answer.embed() == null) {
            return showText(answer.text());
        }
        CompletableFuture<Message> shown =
                quietly(hook.editOriginalEmbeds(answer.embed())).submit();
        return orElse(shown, () -> showText(answer.text()));
    }

    private CompletableFuture<Message> showText(String text) {
        List<String> parts = LongText.parts(text, LONGEST);
        if (parts.size() > MOST_MESSAGES) {
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
        return LongText.beginning(text, LONGEST - note.length()) + note;
    }

    private WebhookMessageEditAction<Message> original(String text) {
        return quietly(hook.editOriginal(text));
    }

    /** Whatever a message mentions, it notifies nobody. */
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
                    "Discord refused an embed or a file ({}): give the bot the permissions Embed Links and Attach Files in"
                            + " that channel. It answers with plain text instead",
                    e.getMessage());
            return simpler.get();
        });
    }

    private static boolean isForbidden(Throwable e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        return cause instanceof ErrorResponseException refused
                && (refused.getErrorResponse() == ErrorResponse.MISSING_PERMISSIONS
                        || refused.getErrorResponse() == ErrorResponse.MISSING_ACCESS);
    }
}

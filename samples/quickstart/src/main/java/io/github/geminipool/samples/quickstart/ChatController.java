package io.github.geminipool.samples.quickstart;

import io.github.geminipool.PooledChat;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Answers a prompt in the context of its conversation. */
@RestController
class ChatController {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final Conversations conversations;

    ChatController(Conversations conversations) {
        this.conversations = conversations;
    }

    @PostMapping("/chat/{id}")
    ResponseEntity<String> send(@PathVariable("id") String id, @RequestParam("prompt") String prompt) {
        PooledChat chat = conversations.of(id);
        String text = AnswerText.of(chat.send(Prompt.request(prompt))).orElse("(The answer has no text.)");
        return ResponseEntity.ok()
                .contentType(TEXT)
                .header("Gemini-Pool-Key", Objects.requireNonNullElse(chat.keyName(), ""))
                .body(text);
    }

    @DeleteMapping("/chat/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void forget(@PathVariable("id") String id) {
        conversations.forget(id);
    }
}

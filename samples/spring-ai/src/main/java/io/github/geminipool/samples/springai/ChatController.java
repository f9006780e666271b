package io.github.geminipool.samples.springai;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Answers messages in conversations. */
@RestController
class ChatController {

    private static final Logger log = LoggerFactory.getLogger(ChatController.class);
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final ChatClient chat;
    private final ChatMemory memory;
    private final Problems problems;

    ChatController(ChatClient chat, ChatMemory memory, Problems problems) {
        this.chat = chat;
        this.memory = memory;
        this.problems = problems;
    }

    @PostMapping("/chat/{id}")
    ResponseEntity<String> send(@PathVariable("id") String id, @RequestParam("prompt") String prompt) {
        String answer = message(id, prompt).call().content();
        return ResponseEntity.ok()
                .contentType(TEXT)
                .body(Objects.requireNonNullElse(answer, "(The answer has no text.)"));
    }

    @PostMapping(path = "/chat/{id}/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Piece>> stream(@PathVariable("id") String id, @RequestParam("prompt") String prompt) {
        return message(id, prompt).stream()
                .content()
                .map(text -> event("text", text))
                .onErrorResume(RuntimeException.class, failure -> {
                    log.debug("Stream failed", failure);
                    return Flux.just(event("problem", problems.of(failure).message()));
                });
    }

    @DeleteMapping("/chat/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void forget(@PathVariable("id") String id) {
        memory.clear(id);
    }

    private ChatClient.ChatClientRequestSpec message(String id, String prompt) {
        return chat.prompt().user(prompt).advisors(advisor -> advisor.param(ChatMemory.CONVERSATION_ID, id));
    }

    private static ServerSentEvent<Piece> event(String name, String text) {
        return ServerSentEvent.builder(new Piece(text)).event(name).build();
    }

    /**
     * Data of an event. JSON, because plain text would lose leading spaces.
     *
     * @param text a chunk of the answer, or an error message
     */
    record Piece(String text) {}
}

package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationResult;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers a prompt as a whole. */
@RestController
class AskController {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final GeminiPool pool;

    AskController(GeminiPool pool) {
        this.pool = pool;
    }

    @GetMapping("/ask")
    ResponseEntity<String> ask(@RequestParam("prompt") String prompt) {
        GenerationResult result = pool.tryGenerateContent(Prompt.request(prompt));
        String text = Objects.requireNonNullElse(result.text(), "(The answer has no text.)");
        return ResponseEntity.ok()
                .contentType(TEXT)
                .header("Gemini-Pool-Key", Objects.requireNonNullElse(result.keyName(), ""))
                .body(text);
    }
}

package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A count of tokens that is near enough to Gemini's, and always the same for the same content. */
public final class Tokens {
    private static final int CHARACTERS = 4;
    private static final int MEDIA = 258;

    private Tokens() {}

    /**
     * Tokens of a text.
     *
     * @param text any
     * @return a quarter of its length, rounded up
     */
    public static long ofText(String text) {
        return (text.length() + CHARACTERS - 1L) / CHARACTERS;
    }

    /**
     * Tokens of what a request sends as prompt.
     *
     * @param request its body
     * @return tokens of contents, content, system instruction, tools and, in a batch, of all its requests
     */
    public static long ofRequest(JsonNode request) {
        JsonNode inner = request.path("generateContentRequest");
        JsonNode prompt = inner.isObject() ? inner : request;
        long sum = 0;
        for (String field : List.of("contents", "content", "systemInstruction", "system_instruction")) {
            sum += ofContents(prompt.path(field));
        }
        if (prompt.path("tools").size() > 0) {
            sum += ofText(prompt.path("tools").toString());
        }
        for (JsonNode one : prompt.path("requests")) {
            sum += ofRequest(one);
        }
        return sum;
    }

    /**
     * Tokens of contents.
     *
     * @param contents one content or an array of them
     * @return tokens of their texts, and 258 for each picture or file
     */
    public static long ofContents(JsonNode contents) {
        long sum = 0;
        if (contents.isArray()) {
            for (JsonNode content : contents) {
                sum += ofContents(content);
            }
            return sum;
        }
        for (JsonNode part : contents.path("parts")) {
            if (part.has("text")) {
                sum += ofText(part.get("text").asText());
            } else if (part.has("inlineData") || part.has("fileData")) {
                sum += MEDIA;
            } else {
                sum += ofText(part.toString());
            }
        }
        return sum;
    }
}

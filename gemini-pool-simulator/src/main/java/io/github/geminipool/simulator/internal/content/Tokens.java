package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A deterministic approximation of Gemini's token count. */
public final class Tokens {
    private static final int CHARACTERS = 4;
    private static final int MEDIA = 258;

    private Tokens() {}

    /**
     * Counts the tokens of a text.
     *
     * @param text any text
     * @return a quarter of its length, rounded up
     */
    public static long ofText(String text) {
        return (text.length() + CHARACTERS - 1L) / CHARACTERS;
    }

    /**
     * Counts the input tokens of a request.
     *
     * @param request the request's body
     * @return tokens of contents, content, system instruction, tools and, in a batch, all its requests
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
     * Counts the tokens of contents.
     *
     * @param contents one content or an array
     * @return tokens of the texts, plus 258 per image or file
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

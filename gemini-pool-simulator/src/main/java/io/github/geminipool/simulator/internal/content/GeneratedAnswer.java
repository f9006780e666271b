package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a prompt, as a whole or as a stream.
 *
 * @param model the simulated model
 * @param responseId id of the response
 * @param text the full text
 * @param functionCall a function call to send instead of the text, or null
 * @param finishReason {@code STOP} or {@code MAX_TOKENS}
 * @param candidates number of candidates, all alike
 * @param promptTokens tokens of the prompt, including cached ones
 * @param cachedTokens tokens of the prompt from a cache
 */
public record GeneratedAnswer(
        String model,
        String responseId,
        String text,
        @Nullable ObjectNode functionCall,
        String finishReason,
        int candidates,
        long promptTokens,
        long cachedTokens) {

    private static final int MAX_CANDIDATES = 8;

    /**
     * Creates the answer to a request.
     *
     * @param model the requested model
     * @param responseId id of the response
     * @param request the request's body
     * @param cachedTokens tokens of the cache it names
     * @return the answer
     */
    public static GeneratedAnswer to(String model, String responseId, JsonNode request, long cachedTokens) {
        JsonNode config = request.path("generationConfig");
        boolean json = config.path("responseMimeType").asText().contains("json");
        JsonNode contents = request.path("contents");
        String text = Echo.answer(Echo.prompt(contents), Echo.earlier(contents), model, json);
        String finishReason = "STOP";
        long most = config.path("maxOutputTokens").asLong(Long.MAX_VALUE);
        if (Tokens.ofText(text) > most) {
            text = text.substring(0, (int) Math.max(1, most * 4));
            finishReason = "MAX_TOKENS";
        }
        int candidates = Math.max(
                1, Math.min(MAX_CANDIDATES, config.path("candidateCount").asInt(1)));
        return new GeneratedAnswer(
                model,
                responseId,
                text,
                FunctionCall.askedFor(request).orElse(null),
                finishReason,
                candidates,
                Tokens.ofRequest(request) + cachedTokens,
                cachedTokens);
    }

    /**
     * Returns the complete answer.
     *
     * @return a {@code GenerateContentResponse}
     */
    public ObjectNode whole() {
        return response(functionCall == null ? part(text) : functionCall, true);
    }

    /**
     * Returns the answer as stream events.
     *
     * @return at least two events, the last with the finish reason
     */
    public List<ObjectNode> events() {
        List<ObjectNode> events = new ArrayList<>();
        if (functionCall == null) {
            for (String piece : Echo.pieces(text)) {
                events.add(response(part(piece), false));
            }
        } else {
            events.add(response(functionCall, false));
        }
        events.add(response(part(""), true));
        return events;
    }

    private static ObjectNode part(String text) {
        return Json.object().put("text", text);
    }

    private ObjectNode response(ObjectNode part, boolean last) {
        ObjectNode response = Json.object();
        var list = response.putArray("candidates");
        for (int i = 0; i < candidates; i++) {
            ObjectNode candidate = list.addObject();
            ObjectNode content = candidate.putObject("content");
            content.putArray("parts").add(part);
            content.put("role", "model");
            if (last) {
                candidate.put("finishReason", finishReason);
            }
            candidate.put("index", i);
        }
        response.set("usageMetadata", usage(last));
        response.put("modelVersion", model).put("responseId", responseId);
        return response;
    }

    private ObjectNode usage(boolean last) {
        ObjectNode usage = Json.object().put("promptTokenCount", promptTokens);
        long answered = last ? Tokens.ofText(text) * candidates : 0;
        if (last) {
            usage.put("candidatesTokenCount", answered);
        }
        usage.put("totalTokenCount", promptTokens + answered);
        usage.putArray("promptTokensDetails")
                .addObject()
                .put("modality", "TEXT")
                .put("tokenCount", promptTokens);
        if (cachedTokens > 0) {
            usage.put("cachedContentTokenCount", cachedTokens);
            usage.putArray("cacheTokensDetails")
                    .addObject()
                    .put("modality", "TEXT")
                    .put("tokenCount", cachedTokens);
        }
        if (last) {
            usage.putArray("candidatesTokensDetails")
                    .addObject()
                    .put("modality", "TEXT")
                    .put("tokenCount", answered);
        }
        return usage;
    }
}

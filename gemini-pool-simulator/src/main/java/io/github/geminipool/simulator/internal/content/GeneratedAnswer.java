package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.ServiceTier;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a prompt, as a whole or as a stream.
 *
 * @param origin who answers
 * @param portion the text
 * @param functionCall a function call to send instead of the text, or null
 * @param candidates number of candidates, all alike
 * @param promptTokens tokens of the prompt, including cached ones
 * @param cachedTokens tokens of the prompt from a cache
 */
public record GeneratedAnswer(
        Origin origin,
        Portion portion,
        @Nullable ObjectNode functionCall,
        int candidates,
        long promptTokens,
        long cachedTokens) {

    private static final int MAX_CANDIDATES = 8;

    /**
     * Who answers.
     *
     * @param project the project that asks
     * @param model the simulated model
     * @param responseId id of the response
     * @param served the service tier that serves the request
     * @param decode the model's hops; null if its answers have none
     * @param repeats whether the hop leads to itself
     */
    public record Origin(
            String project,
            String model,
            String responseId,
            ServiceTier served,
            @Nullable LongDecode decode,
            boolean repeats) {}

    /**
     * Creates the answer to a request.
     *
     * @param origin who answers
     * @param request the request's body
     * @param cachedTokens tokens of the cache it names
     * @return the answer
     */
    public static GeneratedAnswer to(Origin origin, JsonNode request, long cachedTokens) {
        JsonNode config = request.path("generationConfig");
        Continuation at =
                Continuation.of(request).orElseGet(() -> Continuation.start(origin.project, origin.model, request));
        int candidates = Math.max(
                1, Math.min(MAX_CANDIDATES, config.path("candidateCount").asInt(1)));
        return new GeneratedAnswer(
                origin,
                portion(origin, request, at),
                FunctionCall.askedFor(request).orElse(null),
                candidates,
                at.inputTokens() + cachedTokens,
                cachedTokens);
    }

    private static Portion portion(Origin origin, JsonNode request, Continuation at) {
        JsonNode config = request.path("generationConfig");
        boolean json = config.path("responseMimeType").asText().contains("json");
        JsonNode contents = request.path("contents");
        String text = Echo.answer(Echo.prompt(contents), Echo.earlier(contents), origin.model, json);
        long most = config.path("maxOutputTokens").asLong(Long.MAX_VALUE);
        if (origin.repeats) {
            return Portion.repeated(at);
        }
        return origin.decode == null ? Portion.whole(text, most) : Portion.hop(origin.decode, at, text, most);
    }

    /**
     * Returns the complete answer.
     *
     * @return a {@code GenerateContentResponse}
     */
    public ObjectNode whole() {
        return last(functionCall == null ? part(portion.text()) : functionCall);
    }

    /**
     * Returns the answer as stream events.
     *
     * @return at least one event, the last with the finish reason
     */
    public List<ObjectNode> events() {
        List<ObjectNode> events = new ArrayList<>();
        int sent = 0;
        if (functionCall == null) {
            for (String piece : Echo.pieces(portion.text())) {
                sent += piece.length();
                events.add(response(part(piece), null, portion.checkpoint(sent)));
            }
        } else {
            events.add(response(functionCall, null, null));
        }
        events.add(last(part("")));
        return events;
    }

    private ObjectNode last(ObjectNode part) {
        Continuation next = functionCall == null ? portion.next() : null;
        return response(
                part, functionCall == null ? portion.finishReason() : "STOP", next == null ? null : next.token());
    }

    private static ObjectNode part(String text) {
        return Json.object().put("text", text);
    }

    private ObjectNode response(ObjectNode part, @Nullable String finishReason, @Nullable String token) {
        ObjectNode response = Json.object();
        var list = response.putArray("candidates");
        boolean thinksOnly = portion.text().isEmpty() && portion.thoughts() > 0;
        for (int i = 0; i < candidates; i++) {
            ObjectNode candidate = list.addObject();
            ObjectNode content = candidate.putObject("content");
            if (!thinksOnly) {
                content.putArray("parts").add(part);
            }
            content.put("role", "model");
            if (finishReason != null) {
                candidate.put("finishReason", finishReason);
            }
            if (token != null) {
                candidate.put("continuationToken", token);
            }
            candidate.put("index", i);
        }
        response.set("usageMetadata", usage(finishReason != null));
        response.put("modelVersion", origin.model).put("responseId", origin.responseId);
        return response;
    }

    private ObjectNode usage(boolean last) {
        ObjectNode usage = Json.object().put("promptTokenCount", promptTokens);
        long answered = last ? Tokens.ofText(portion.text()) * candidates : 0;
        long thoughts = last ? portion.thoughts() : 0;
        if (last) {
            usage.put("candidatesTokenCount", answered);
        }
        if (thoughts > 0) {
            usage.put("thoughtsTokenCount", thoughts);
        }
        usage.put("totalTokenCount", promptTokens + answered + thoughts);
        usage.put("serviceTier", origin.served.toString());
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

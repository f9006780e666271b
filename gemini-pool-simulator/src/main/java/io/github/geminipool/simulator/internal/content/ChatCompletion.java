package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer in the shape of OpenAI's chat completions.
 *
 * @param answer the answer
 * @param created time in seconds since 1970
 */
public record ChatCompletion(GeneratedAnswer answer, long created) {

    /**
     * Returns the complete answer.
     *
     * @return a {@code chat.completion}
     */
    public ObjectNode whole() {
        ObjectNode google = answer.whole();
        ObjectNode completion = envelope("chat.completion");
        ArrayNode choices = completion.putArray("choices");
        for (JsonNode candidate : google.path("candidates")) {
            ObjectNode choice =
                    choices.addObject().put("index", candidate.path("index").asInt());
            choice.set("message", message(candidate).put("role", "assistant"));
            choice.put("finish_reason", finishReason(candidate));
        }
        JsonNode usage = google.path("usageMetadata");
        completion.set("usage", usage(usage.path("candidatesTokenCount").asLong()));
        return completion;
    }

    /**
     * Returns the answer as stream events. Each names the usage up to then, like Google's.
     *
     * @return at least two events
     */
    public List<ObjectNode> events() {
        List<ObjectNode> events = new ArrayList<>();
        StringBuilder sent = new StringBuilder();
        for (ObjectNode google : answer.events()) {
            ObjectNode chunk = envelope("chat.completion.chunk");
            ArrayNode choices = chunk.putArray("choices");
            for (JsonNode candidate : google.path("candidates")) {
                ObjectNode choice =
                        choices.addObject().put("index", candidate.path("index").asInt());
                choice.set("delta", message(candidate).put("role", "assistant"));
                choice.put("finish_reason", finishReason(candidate));
            }
            sent.append(google.at("/candidates/0/content/parts/0/text").asText());
            chunk.set("usage", usage(Tokens.ofText(sent.toString()) * answer.candidates()));
            events.add(chunk);
        }
        return events;
    }

    private ObjectNode envelope(String object) {
        return Json.object()
                .put("id", answer.origin().responseId())
                .put("object", object)
                .put("created", created)
                .put("model", answer.origin().model());
    }

    private static ObjectNode message(JsonNode candidate) {
        JsonNode part = candidate.path("content").path("parts").path(0);
        ObjectNode message = Json.object();
        if (!part.has("functionCall")) {
            return message.put("content", part.path("text").asText());
        }
        ObjectNode call = message.putArray("tool_calls")
                .addObject()
                .put("index", 0)
                .put("id", "function-call-1")
                .put("type", "function");
        call.putObject("function")
                .put("name", part.path("functionCall").path("name").asText())
                .put("arguments", Json.line(part.path("functionCall").path("args")));
        return message;
    }

    private static @org.jspecify.annotations.Nullable String finishReason(JsonNode candidate) {
        if (candidate.path("content").path("parts").path(0).has("functionCall")) {
            return "tool_calls";
        }
        return switch (candidate.path("finishReason").asText()) {
            case "" -> null;
            case "STOP" -> "stop";
            default -> "length";
        };
    }

    private ObjectNode usage(long completionTokens) {
        return Json.object()
                .put("prompt_tokens", answer.promptTokens())
                .put("completion_tokens", completionTokens)
                .put("total_tokens", answer.promptTokens() + completionTokens);
    }
}

package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;

/** Translates requests in the shape of OpenAI's API into Google's. */
public final class OpenAi {
    private OpenAi() {}

    /**
     * Translates a request for a chat completion.
     *
     * @param request OpenAI's shape
     * @return a {@code GenerateContentRequest}
     */
    public static ObjectNode chat(JsonNode request) {
        ObjectNode prompt = Json.object();
        ArrayNode contents = prompt.putArray("contents");
        ArrayNode system = Json.object().arrayNode();
        for (JsonNode message : request.path("messages")) {
            String role = message.path("role").asText();
            if (role.equals("system") || role.equals("developer")) {
                addParts(message, system);
            } else {
                ObjectNode content = contents.addObject().put("role", role.equals("assistant") ? "model" : "user");
                addParts(message, content.putArray("parts"));
            }
        }
        if (!system.isEmpty()) {
            prompt.putObject("systemInstruction").set("parts", system);
        }
        addConfig(request, prompt.putObject("generationConfig"));
        addTools(request, prompt);
        prompt.put("serviceTier", request.path("service_tier").asText("standard"));
        JsonNode google = request.path("extra_body").path("google");
        if (google.has("cached_content")) {
            prompt.put("cachedContent", google.path("cached_content").asText());
        }
        return prompt;
    }

    private static void addParts(JsonNode message, ArrayNode parts) {
        JsonNode content = message.path("content");
        if (message.path("role").asText().equals("tool")) {
            ObjectNode response = parts.addObject().putObject("functionResponse");
            response.put("name", message.path("tool_call_id").asText());
            response.putObject("response").put("result", content.asText());
        } else if (content.isTextual()) {
            parts.addObject().put("text", content.asText());
        }
        for (JsonNode part : content) {
            if (part.has("text")) {
                parts.addObject().put("text", part.path("text").asText());
            } else {
                parts.addObject()
                        .putObject("inlineData")
                        .put("mimeType", part.path("type").asText());
            }
        }
    }

    private static void addConfig(JsonNode request, ObjectNode config) {
        JsonNode most = request.path("max_completion_tokens");
        most = most.isMissingNode() ? request.path("max_tokens") : most;
        if (most.isNumber()) {
            config.set("maxOutputTokens", most);
        }
        if (request.path("n").isNumber()) {
            config.set("candidateCount", request.path("n"));
        }
        if (request.path("response_format").path("type").asText().startsWith("json")) {
            config.put("responseMimeType", "application/json");
        }
    }

    private static void addTools(JsonNode request, ObjectNode prompt) {
        ArrayNode tools = Json.object().arrayNode();
        ArrayNode functions = Json.object().arrayNode();
        for (JsonNode tool : request.path("tools")) {
            if (tool.has("function")) {
                functions.add(tool.path("function"));
            } else {
                tools.addObject().putObject(tool.path("type").asText());
            }
        }
        if (!functions.isEmpty()) {
            tools.addObject().set("functionDeclarations", functions);
        }
        if (!tools.isEmpty()) {
            prompt.set("tools", tools);
        }
    }

    /**
     * Translates a request for embeddings.
     *
     * @param request OpenAI's shape
     * @return a {@code BatchEmbedContentsRequest}
     */
    public static ObjectNode embeddings(JsonNode request) {
        ObjectNode batch = Json.object();
        ArrayNode requests = batch.putArray("requests");
        JsonNode input = request.path("input");
        boolean several = input.isArray() && !input.path(0).isNumber();
        for (JsonNode text : several ? input : Json.object().arrayNode().add(input)) {
            ObjectNode one = requests.addObject();
            one.putObject("content")
                    .putArray("parts")
                    .addObject()
                    .put("text", text.isTextual() ? text.asText() : text.toString());
            if (request.path("dimensions").isNumber()) {
                one.set("outputDimensionality", request.path("dimensions"));
            }
        }
        return batch;
    }

    /**
     * Translates a request for images.
     *
     * @param request OpenAI's shape
     * @return a {@code GenerateContentRequest}
     */
    public static ObjectNode image(JsonNode request) {
        ObjectNode prompt = Json.object();
        prompt.putArray("contents")
                .addObject()
                .putArray("parts")
                .addObject()
                .put("text", request.path("prompt").asText());
        return prompt;
    }
}

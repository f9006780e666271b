package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;

/** Translates the creation of an interaction into a prompt. */
public final class InteractionPrompt {
    private InteractionPrompt() {}

    /**
     * Translates a request.
     *
     * @param request a {@code CreateModelInteraction}
     * @return a {@code GenerateContentRequest}, without the earlier interactions
     */
    public static ObjectNode of(JsonNode request) {
        ObjectNode prompt = Json.object();
        prompt.set("contents", contents(request.path("input")));
        if (request.path("system_instruction").isTextual()) {
            prompt.putObject("systemInstruction")
                    .putArray("parts")
                    .addObject()
                    .put("text", request.path("system_instruction").asText());
        }
        ObjectNode config = prompt.putObject("generationConfig");
        JsonNode most = request.path("generation_config").path("max_output_tokens");
        if (most.isNumber()) {
            config.set("maxOutputTokens", most);
        }
        if (request.path("response_mime_type").asText().contains("json") || request.has("response_format")) {
            config.put("responseMimeType", "application/json");
        }
        addTools(request, prompt);
        prompt.put("serviceTier", request.path("service_tier").asText("standard"));
        if (request.has("continuation_token")) {
            prompt.set("continuationToken", request.path("continuation_token"));
        }
        return prompt;
    }

    private static ArrayNode contents(JsonNode input) {
        ArrayNode contents = Json.object().arrayNode();
        if (input.isTextual() || input.has("text")) {
            user(contents)
                    .addObject()
                    .put(
                            "text",
                            input.isTextual()
                                    ? input.asText()
                                    : input.path("text").asText());
        } else if (input.path(0).has("content")) {
            for (JsonNode step : input) {
                String role = step.path("type").asText().equals("model_output") ? "model" : "user";
                ArrayNode parts = contents.addObject().put("role", role).putArray("parts");
                addParts(step.path("content"), parts);
            }
        } else if (!input.isEmpty()) {
            addParts(input, user(contents));
        }
        return contents;
    }

    private static ArrayNode user(ArrayNode contents) {
        return contents.addObject().put("role", "user").putArray("parts");
    }

    private static void addParts(JsonNode content, ArrayNode parts) {
        if (content.isTextual()) {
            parts.addObject().put("text", content.asText());
        }
        for (JsonNode part : content) {
            if (part.has("text")) {
                parts.addObject().put("text", part.path("text").asText());
            } else if (part.has("result")) {
                ObjectNode response = parts.addObject().putObject("functionResponse");
                response.set("response", Json.object().set("result", part.path("result")));
            } else {
                parts.addObject()
                        .putObject("inlineData")
                        .put("mimeType", part.path("type").asText());
            }
        }
    }

    private static void addTools(JsonNode request, ObjectNode prompt) {
        ArrayNode tools = Json.object().arrayNode();
        ArrayNode functions = Json.object().arrayNode();
        for (JsonNode tool : request.path("tools")) {
            if (tool.path("type").asText().equals("function")) {
                functions.add(tool);
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
}

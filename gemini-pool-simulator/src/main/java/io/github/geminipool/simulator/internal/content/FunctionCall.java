package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The call of a declared function that a prompt names. String arguments are the prompt's last word, number arguments its
 * first number; other arguments are omitted.
 */
final class FunctionCall {
    private static final Pattern LAST_WORD = Pattern.compile("([\\p{L}\\p{N}]+)[^\\p{L}\\p{N}]*$");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    private FunctionCall() {}

    /**
     * Returns the function call for a request.
     *
     * @param request the request's body
     * @return the part; empty if the prompt names no function or the function was already called
     */
    static Optional<ObjectNode> askedFor(JsonNode request) {
        JsonNode contents = request.path("contents");
        JsonNode last = contents.path(contents.size() - 1);
        String mode = request.path("toolConfig")
                .path("functionCallingConfig")
                .path("mode")
                .asText();
        if (!last.findPath("functionResponse").isMissingNode() || mode.equalsIgnoreCase("NONE")) {
            return Optional.empty();
        }
        String prompt = Echo.prompt(contents);
        for (JsonNode tool : request.path("tools")) {
            for (JsonNode function : tool.path("functionDeclarations")) {
                if (names(prompt, function.path("name").asText())) {
                    return Optional.of(call(function, prompt));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean names(String prompt, String function) {
        return Pattern.compile("\\b" + Pattern.quote(function) + "\\b", Pattern.CASE_INSENSITIVE)
                .matcher(prompt)
                .find();
    }

    private static ObjectNode call(JsonNode function, String prompt) {
        ObjectNode part = Json.object();
        ObjectNode call = part.putObject("functionCall");
        call.put("name", function.path("name").asText());
        ObjectNode arguments = call.putObject("args");
        JsonNode schema =
                function.has("parameters") ? function.get("parameters") : function.path("parametersJsonSchema");
        schema.path("properties").properties().forEach(property -> {
            switch (property.getValue().path("type").asText().toLowerCase(Locale.ROOT)) {
                case "string" -> arguments.put(property.getKey(), first(LAST_WORD, 1, prompt));
                case "integer", "number" -> arguments.put(property.getKey(), number(prompt));
                default -> {}
            }
        });
        return part;
    }

    private static int number(String prompt) {
        String digits = first(NUMBER, 0, prompt);
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static String first(Pattern pattern, int group, String prompt) {
        Matcher matcher = pattern.matcher(prompt);
        return matcher.find() ? matcher.group(group) : "";
    }
}

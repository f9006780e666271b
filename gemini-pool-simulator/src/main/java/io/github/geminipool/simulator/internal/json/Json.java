package io.github.geminipool.simulator.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reading and writing JSON trees. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /**
     * An empty object.
     *
     * @return a new one
     */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Reads an object.
     *
     * @param bytes UTF-8; nothing at all counts as an empty object
     * @return empty if it is no JSON object
     */
    public static Optional<ObjectNode> parse(byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.of(object());
        }
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /**
     * Writes a tree on one line.
     *
     * @param tree what to write
     * @return JSON
     */
    public static String line(JsonNode tree) {
        return tree.toString();
    }

    /**
     * Writes a tree as Google does in answers: over several lines.
     *
     * @param tree what to write
     * @return JSON
     */
    public static String pretty(JsonNode tree) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree that cannot be written", impossible);
        }
    }

    /**
     * UTF-8.
     *
     * @param text any
     * @return its bytes
     */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Makes a text safe between the quotes of a JSON string.
     *
     * @param text any
     * @return the escaped text, without quotes
     */
    public static String escaped(String text) {
        String quoted = JsonNodeFactory.instance.textNode(text).toString();
        return quoted.substring(1, quoted.length() - 1);
    }
}

package io.github.geminipool.simulator.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads and writes JSON trees. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /**
     * Returns an empty object.
     *
     * @return a new object
     */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Parses an object.
     *
     * @param bytes UTF-8; no bytes count as an empty object
     * @return the object; empty if it is not a JSON object
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
     * Writes a tree in one line.
     *
     * @param tree the tree
     * @return JSON
     */
    public static String line(JsonNode tree) {
        return tree.toString();
    }

    /**
     * Writes a tree pretty-printed, as Google does in responses.
     *
     * @param tree the tree
     * @return JSON
     */
    public static String pretty(JsonNode tree) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write the tree", impossible);
        }
    }

    /**
     * Encodes a text in UTF-8.
     *
     * @param text any text
     * @return its bytes
     */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Escapes a text for use inside a JSON string.
     *
     * @param text any text
     * @return the escaped text, without quotes
     */
    public static String escaped(String text) {
        String quoted = JsonNodeFactory.instance.textNode(text).toString();
        return quoted.substring(1, quoted.length() - 1);
    }
}

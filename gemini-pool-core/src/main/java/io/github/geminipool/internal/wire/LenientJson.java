package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first JSON object in a text up to the first syntax error or the end of a truncated text. Takes time and memory
 * linear in the text.
 */
final class LenientJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            // Deep values are skipped, for what follows them.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            // Names from outside are not worth caching, and could be made to collide.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** Maximum number of digits that fit into a long whatever they are. */
    private static final int MAX_DIGITS = 18;

    /** Maximum depth; deeper values are skipped. Google's errors are not that deep. */
    private static final int MAX_DEPTH = 32;

    /** Maximum number of values read. Google's errors have fewer. */
    private static final int MAX_VALUES = 5_000;

    private final Deque<ContainerNode<?>> open = new ArrayDeque<>();
    private JsonNode root = MissingNode.getInstance();
    private boolean whole;

    private LenientJson() {}

    /** Reads the first object of a text. */
    static LenientJson read(String text) {
        LenientJson json = new LenientJson();
        int start = text.indexOf('{');
        if (start >= 0) {
            try (JsonParser parser = JSON.createParser(text.substring(start))) {
                json.read(parser);
            } catch (IOException | RuntimeException e) {
                // Keep everything read so far.
                json.whole = false;
            }
        }
        return json;
    }

    /** Returns the object; a missing node if there is none. */
    JsonNode root() {
        return root;
    }

    /** Returns whether the object was read to its end; if not, a field that is missing here may have been present. */
    boolean isWhole() {
        return whole;
    }

    private void read(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        for (int values = 0; token != null && values < MAX_VALUES; values++) {
            switch (token) {
                case START_OBJECT -> begin(parser, JsonNodeFactory.instance.objectNode());
                case START_ARRAY -> begin(parser, JsonNodeFactory.instance.arrayNode());
                case END_OBJECT, END_ARRAY -> {
                    open.pop();
                    if (open.isEmpty()) {
                        whole = true;
                        return;
                    }
                }
                case FIELD_NAME -> {}
                default -> add(parser.currentName(), scalar(token, parser));
            }
            token = parser.nextToken();
        }
    }

    private void begin(JsonParser parser, ContainerNode<?> container) throws IOException {
        if (open.isEmpty()) {
            root = container;
        } else {
            add(parser.currentName(), container);
        }
        if (open.size() < MAX_DEPTH) {
            open.push(container);
        } else {
            parser.skipChildren();
        }
    }

    private void add(@Nullable String name, JsonNode value) {
        ContainerNode<?> parent = open.peek();
        if (parent instanceof ArrayNode array) {
            array.add(value);
        } else if (parent instanceof ObjectNode object && name != null) {
            object.set(name, value);
        }
    }

    private static JsonNode scalar(JsonToken token, JsonParser parser) throws IOException {
        return switch (token) {
            case VALUE_STRING -> JsonNodeFactory.instance.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                parser.getTextLength() <= MAX_DIGITS
                        ? JsonNodeFactory.instance.numberNode(parser.getLongValue())
                        : JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
            case VALUE_NUMBER_FLOAT -> JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
            case VALUE_TRUE, VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(token == JsonToken.VALUE_TRUE);
            default -> JsonNodeFactory.instance.nullNode();
        };
    }
}

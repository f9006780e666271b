package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * Writes error bodies so that Google's SDK finds their message. The SDK reads a JSON object with an {@code error}; it
 * can't read arrays, truncated or deeply nested JSON, pages or plain text.
 */
public final class CanonicalError {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int MAX_TEXT_LENGTH = 2_000;
    private static final String NO_MESSAGE = "The response has no readable body";

    private CanonicalError() {}

    /** The two shapes of errors that Google's SDK reads. */
    public enum Shape {
        /** The shape of most APIs: the code is a number, and the status a name. */
        STATUS {
            @Override
            boolean isOf(JsonNode error) {
                return error.path("code").isNumber() && error.path("status").isTextual();
            }

            @Override
            void putCode(ObjectNode error, int code, String given) {
                error.put("code", code);
            }
        },
        /** The shape of the Interactions API: the code is a name. */
        NAMED_CODE {
            @Override
            boolean isOf(JsonNode error) {
                return error.path("code").isTextual();
            }

            @Override
            void putCode(ObjectNode error, int code, String given) {
                error.put("code", given.isEmpty() ? StatusName.codeOfInteractions(code) : given);
            }
        };

        abstract boolean isOf(JsonNode error);

        abstract void putCode(ObjectNode error, int code, String given);
    }

    /**
     * Returns a body itself if the SDK can read it, or else the same error in the SDK's shape.
     *
     * @param status the HTTP status of the response
     * @param body the body, with secrets masked
     */
    public static String of(int status, String body, Shape shape) {
        return isReadable(body, shape) ? body : written(status, GoogleError.parse(body), shape);
    }

    /** Returns an error event of a stream itself if it is an object, or else the same error as one. */
    public static String ofEvent(String event) {
        if (event.startsWith("{")) {
            return event;
        }
        GoogleError parsed = GoogleError.parse(event);
        return written(parsed.status() == 0 ? 500 : parsed.status(), parsed, Shape.STATUS);
    }

    private static boolean isReadable(String body, Shape shape) {
        try {
            JsonNode error = JSON.readTree(body).path("error");
            return shape.isOf(error) && !error.path("message").asText("").isBlank();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String written(int status, GoogleError parsed, Shape shape) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        JsonNode code = parsed.json().path("code");
        shape.putCode(error, status, code.isTextual() ? code.asText() : "");
        String message = (parsed.isJson() ? parsed.message() : PageText.of(parsed.message(), MAX_TEXT_LENGTH)).strip();
        error.put("message", message.isEmpty() ? NO_MESSAGE : message);
        JsonNode given = parsed.json().path("status");
        boolean isName = given.isTextual() && StatusName.toHttp(given.asText()) != 0;
        error.put("status", isName ? given.asText().toUpperCase(Locale.ROOT) : StatusName.of(status));
        JsonNode details = parsed.json().path("details");
        if (details.isContainerNode() && !details.isEmpty()) {
            error.set(
                    "details",
                    details.isArray()
                            ? details
                            : JsonNodeFactory.instance.arrayNode().add(details));
        }
        return JsonNodeFactory.instance.objectNode().set("error", error).toString();
    }
}

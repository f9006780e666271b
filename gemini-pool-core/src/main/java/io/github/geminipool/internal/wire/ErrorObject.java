package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** Finds the error within a body: in an array, in the objects of loggers and gateways, or as the body itself. */
final class ErrorObject {

    private static final int MAX_DEPTH = 3;

    private ErrorObject() {}

    /** Returns the innermost error, an object or a text; a missing node if there is none. */
    static JsonNode in(JsonNode body) {
        return in(body, 0);
    }

    private static JsonNode in(JsonNode json, int depth) {
        JsonNode error = json.path("error");
        if (error.isArray()) {
            error = error.path(0);
        }
        if (error.isObject()) {
            JsonNode inner = error.has("message") ? MissingNode.getInstance() : in(error, depth + 1);
            return inner.isMissingNode() ? error : inner;
        }
        if (error.isTextual() || (json.has("message") && (json.has("code") || json.has("status")))) {
            return error.isTextual() && !json.has("message") ? error : json;
        }
        return depth < MAX_DEPTH && json.isObject() ? inChildren(json, depth) : MissingNode.getInstance();
    }

    private static JsonNode inChildren(JsonNode json, int depth) {
        for (JsonNode child : json) {
            JsonNode inner = in(child, depth + 1);
            if (!inner.isMissingNode()) {
                return inner;
            }
        }
        return MissingNode.getInstance();
    }
}

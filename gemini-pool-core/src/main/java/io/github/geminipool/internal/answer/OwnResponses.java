package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.internal.wire.CanonicalError;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Responses that the pool makes itself, in Gemini's format, for callers that use the SDK or plain HTTP. */
public final class OwnResponses {

    static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    /** Collections of the APIs whose errors have names for codes. */
    private static final Set<String> WITH_NAMED_CODES = Set.of("interactions");

    private OwnResponses() {}

    /** Returns a response with status 429: no key could serve the call. */
    public static Response exhausted(Request request, String message, Duration retryAfter) {
        ObjectNode error = error(429, message, "RESOURCE_EXHAUSTED");
        error.putArray("details")
                .addObject()
                .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
                .put("retryDelay", retryAfter.toSeconds() + "s");
        return of(request, 429, "Too Many Requests", body(request, error));
    }

    /** Returns a response with status 400: no retry helps. */
    public static Response invalid(Request request, String message) {
        return of(request, 400, "Bad Request", body(request, error(400, message, "INVALID_ARGUMENT")));
    }

    /** Returns a response with status 502: a web page arrived instead. */
    public static Response notAnAnswer(Request request) {
        String message = "A web page came instead of a response from Gemini; check the proxy and gemini.pool.base-url";
        return of(request, 502, "Bad Gateway", body(request, error(502, message, "UNAVAILABLE")));
    }

    /** Returns the error response for an error that arrived with status 200. */
    public static Response ofError(Request request, int status, String body) {
        return of(request, status, "", CanonicalError.of(status, body, shapeFor(request)));
    }

    /** Returns the shape in which the SDK reads the errors of a request; some of its newer APIs have their own. */
    static CanonicalError.Shape shapeFor(Request request) {
        List<String> path = request.url().pathSegments();
        for (int i = 0; i < path.size(); i++) {
            if (WITH_NAMED_CODES.contains(path.get(i))) {
                return CanonicalError.Shape.NAMED_CODE;
            }
        }
        return CanonicalError.Shape.STATUS;
    }

    private static Response of(Request request, int status, String phrase, String body) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message(phrase)
                .header("Content-Type", JSON.toString())
                .body(ResponseBody.create(body, JSON))
                .build();
    }

    private static ObjectNode error(int code, String message, String status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", code)
                .put("message", message)
                .put("status", status);
    }

    private static String body(Request request, ObjectNode error) {
        String body = JsonNodeFactory.instance.objectNode().set("error", error).toString();
        return CanonicalError.of(error.path("code").asInt(), body, shapeFor(request));
    }
}

package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Responses that the pool makes itself, in Gemini's format, for callers that use the SDK or plain HTTP. */
public final class OwnResponses {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private OwnResponses() {}

    /** Returns a response with status 429: no key could serve the call. */
    public static Response exhausted(Request request, String message, Duration retryAfter) {
        ObjectNode error = error(429, message, "RESOURCE_EXHAUSTED");
        error.putArray("details")
                .addObject()
                .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
                .put("retryDelay", retryAfter.toSeconds() + "s");
        return of(request, 429, "Too Many Requests", body(error));
    }

    /** Returns a response with status 400: no retry helps. */
    public static Response invalid(Request request, String message) {
        return of(request, 400, "Bad Request", body(error(400, message, "INVALID_ARGUMENT")));
    }

    /** Returns a response with a JSON body, such as an error that arrived in a stream with status 200. */
    public static Response of(Request request, int status, String phrase, String body) {
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

    private static String body(ObjectNode error) {
        return JsonNodeFactory.instance.objectNode().set("error", error).toString();
    }
}

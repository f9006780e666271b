package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;

/**
 * A rule for calls that Discord rejects.
 *
 * @param which matches the calls, before they have a status
 * @param status HTTP status
 * @param code Discord's error code
 * @param message error message
 * @param retryAfter seconds until a retry is allowed; 0 if the error is not temporary
 */
public record Refusal(Predicate<RestCall> which, int status, int code, String message, int retryAfter) {

    /** The bot lacks a permission. */
    public static Refusal missingPermissions(Predicate<RestCall> which) {
        return new Refusal(which, 403, 50013, "Missing Permissions", 0);
    }

    /** The interaction does not exist or has expired. */
    public static Refusal unknownInteraction(Predicate<RestCall> which) {
        return new Refusal(which, 404, 10062, "Unknown interaction", 0);
    }

    /** The rate limit was exceeded. */
    public static Refusal tooManyRequests(Predicate<RestCall> which, int retryAfter) {
        return new Refusal(which, 429, 0, "You are being rate limited.", retryAfter);
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("code", code).put("message", message);
        if (retryAfter > 0) {
            body.put("retry_after", (double) retryAfter).put("global", false);
        }
        return body;
    }
}

package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;

/**
 * Calls that Discord refuses, and how.
 *
 * @param which tells the calls, from what they are before their status
 * @param status of HTTP
 * @param code Discord's own
 * @param message for people
 * @param retryAfter seconds until it may be tried again; 0 where that is no matter of time
 */
public record Refusal(Predicate<RestCall> which, int status, int code, String message, int retryAfter) {

    /** The bot may not do this there. */
    public static Refusal missingPermissions(Predicate<RestCall> which) {
        return new Refusal(which, 403, 50013, "Missing Permissions", 0);
    }

    /** There is no such interaction, or no longer. */
    public static Refusal unknownInteraction(Predicate<RestCall> which) {
        return new Refusal(which, 404, 10062, "Unknown interaction", 0);
    }

    /** Too many calls. */
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

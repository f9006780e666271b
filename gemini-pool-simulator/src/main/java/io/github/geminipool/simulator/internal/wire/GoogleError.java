package io.github.geminipool.simulator.internal.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.Map;

/** Errors in the format of Google's APIs. */
public final class GoogleError {
    private static final Map<Integer, String> RECORDED = Map.of(
            401, "401-access-token-type-unsupported.json",
            402, "402-prepay-depleted.json",
            404, "404-model-not-found.json",
            429, "429-no-details.json",
            499, "499-cancelled.json",
            500, "500-internal.json",
            503, "503-high-demand.json",
            504, "504-deadline-exceeded.json");

    private final WireBodies bodies;

    /**
     * Creates errors, using recorded bodies where available.
     *
     * @param bodies the recorded bodies
     */
    public GoogleError(WireBodies bodies) {
        this.bodies = bodies;
    }

    /**
     * Returns the default body for a status.
     *
     * @param status HTTP status, 400 to 599
     * @param places values for the placeholders
     * @return JSON
     */
    public String usual(int status, Map<String, String> places) {
        String recorded = RECORDED.get(status);
        return recorded != null ? bodies.filled(recorded, places) : body(status, status(status), message(status));
    }

    /**
     * Returns an error body.
     *
     * @param code HTTP status
     * @param status gRPC status
     * @param message error message
     * @return JSON
     */
    public static String body(int code, String status, String message) {
        ObjectNode tree = Json.object();
        tree.putObject("error").put("code", code).put("message", message).put("status", status);
        return Json.pretty(tree);
    }

    private static String status(int status) {
        return switch (status) {
            case 403 -> "PERMISSION_DENIED";
            case 408 -> "DEADLINE_EXCEEDED";
            case 409 -> "ABORTED";
            case 501 -> "UNIMPLEMENTED";
            case 502 -> "UNAVAILABLE";
            default -> status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
        };
    }

    private static String message(int status) {
        return switch (status) {
            case 403 -> "The caller does not have permission";
            case 408 -> "The request timed out. Please try again.";
            case 413 -> "Request payload size exceeds the limit.";
            case 502 -> "The service is temporarily unavailable.";
            default -> status < 500 ? "Request contains an invalid argument." : "Internal error encountered.";
        };
    }
}

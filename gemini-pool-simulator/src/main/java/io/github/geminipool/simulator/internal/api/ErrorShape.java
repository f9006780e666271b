package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.json.Json;
import org.jspecify.annotations.Nullable;

/** How the dialects write an error. */
final class ErrorShape {
    private ErrorShape() {}

    /** Returns an error of a key: always Google's, in an array except on Google's own paths. */
    static Reply ofKey(Reply error, ApiCall call) {
        return call.route().dialect() == Dialect.GOOGLE ? error : inArray(error);
    }

    /** Returns an error of a fault: a custom body and, for interactions, a recorded one stay as they are. */
    static Reply ofFault(Reply error, @Nullable FaultAction fault, ApiCall call) {
        boolean asIs = fault instanceof FaultAction.Body
                || (fault instanceof FaultAction.Wire && call.route().dialect() == Dialect.INTERACTIONS);
        return asIs ? error : of(error, call);
    }

    /** Returns an error of the API. */
    static Reply of(Reply error, ApiCall call) {
        return switch (call.route().dialect()) {
            case GOOGLE -> error;
            case OPENAI -> inArray(error);
            case INTERACTIONS -> inWords(error, call);
        };
    }

    private static Reply inArray(Reply error) {
        return error instanceof Reply.Whole whole && isGoogles(whole)
                ? new Reply.Whole(
                        whole.status(), whole.contentType(), "[" + whole.body().strip() + "\n]\n", whole.headers())
                : error;
    }

    private static Reply inWords(Reply error, ApiCall call) {
        if (!(error instanceof Reply.Whole whole) || !isGoogles(whole)) {
            return error;
        }
        JsonNode google = parsed(whole).path("error");
        ObjectNode tree = Json.object();
        tree.putObject("error").put("code", word(whole.status(), google, call)).set("message", google.path("message"));
        return Reply.json(whole.status(), Json.pretty(tree));
    }

    private static String word(int status, JsonNode google, ApiCall call) {
        return switch (status) {
            case 401 -> "authentication";
            case 402 -> "payment_required";
            case 403 -> "permission_denied";
            case 404 -> call.operation() == Operation.INTERACTIONS_CREATE ? "model_not_found" : "not_found";
            case 429 -> limit(google);
            case 499 -> "cancelled";
            case 503 -> "service_unavailable";
            case 504 -> "deadline_exceeded";
            default -> status < 500 ? "invalid_request" : "api_error";
        };
    }

    private static String limit(JsonNode google) {
        if (google.findValue("violations") == null) {
            return "too_many_requests";
        }
        boolean daily = google.findValuesAsText("quotaId").stream().anyMatch(id -> id.contains("PerDay"));
        return daily ? "quota_exceeded" : "rate_limit_exceeded";
    }

    private static boolean isGoogles(Reply.Whole error) {
        return error.status() >= 400
                && error.body().startsWith("{")
                && parsed(error).path("error").path("code").isNumber();
    }

    private static ObjectNode parsed(Reply.Whole error) {
        return Json.parse(Json.utf8(error.body())).orElseGet(Json::object);
    }
}

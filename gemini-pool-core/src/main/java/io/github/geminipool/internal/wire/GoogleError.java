package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An error body, as far as it can be understood. Bodies come damaged: wrapped in an array, nested as JSON text in the
 * message, with a blank before {@code @type}, cut, or not as JSON at all; none of that is an error here.
 */
final class GoogleError {

    private static final int DEEPEST_NESTING = 3;

    /** More of a message is not looked at. */
    private static final int LONGEST_MESSAGE = 64 * 1024;

    private final JsonNode json;
    private final boolean whole;
    private final String message;

    /** What the message says, for comparisons; what it quotes is somebody else's words. */
    private final String said;

    private final Set<String> reasons = new HashSet<>();
    private final List<Violation> violations = new ArrayList<>();
    private @Nullable Duration retryDelay;

    /**
     * One exceeded quota.
     *
     * @param limit what it admits, or 0 where that is not said
     * @param model the model that it is one of; null where that is not said
     */
    record Violation(
            String quota,
            boolean isZero,
            long limit,
            @Nullable String model) {

        /** No name of a model is longer. */
        private static final int LONGEST_MODEL = 100;

        static Violation of(JsonNode json, boolean whole) {
            String quota = json.path("quotaId").asText("") + " "
                    + json.path("quotaMetric").asText("");
            JsonNode value = json.path("quotaValue");
            // Google leaves a limit of 0 out, and a cut any.
            boolean zero = value.isMissingNode() ? whole : value.isNull() || isZero(value);
            return new Violation(
                    (quota + " " + json.path("description").asText("")).toLowerCase(Locale.ROOT),
                    zero && !quota.isBlank(),
                    limit(value),
                    model(json.path("quotaDimensions").path("model")));
        }

        private static @Nullable String model(JsonNode name) {
            String text = name.asText("").strip();
            return text.isEmpty() || text.length() > LONGEST_MODEL ? null : text;
        }

        private static boolean isZero(JsonNode value) {
            return value.isNumber()
                    ? value.asDouble() == 0
                    : value.asText("").strip().equals("0");
        }

        /** From the {@code metadata} of an {@code ErrorInfo}, which names the quota in other words. */
        static Violation ofMetadata(JsonNode json) {
            return new Violation(
                    json.path("quota_limit").asText("").toLowerCase(Locale.ROOT),
                    json.has("quota_limit_value") && isZero(json.path("quota_limit_value")),
                    limit(json.path("quota_limit_value")),
                    null);
        }

        private static long limit(JsonNode value) {
            return value.isNumber()
                    ? value.asLong()
                    : wholeNumber(value.asText("").strip());
        }

        private static long wholeNumber(String text) {
            return text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty()
                    ? Long.parseLong(text)
                    : 0;
        }

        /** Whether it counts the requests of a project to one model, in a minute or a day. */
        boolean isOfRequests() {
            return quota.contains("request")
                    && !quota.contains("token")
                    && isOfModel()
                    && (isPerDay() || isPerMinute());
        }

        /** Whether it counts the tokens of a project's prompts to one model in a minute. */
        boolean isOfTokens() {
            return quota.contains("token") && quota.contains("input") && isOfModel() && isPerMinute() && !isPerDay();
        }

        private boolean isOfModel() {
            return quota.contains("permodel") || quota.contains("per_model") || quota.contains("per model");
        }

        private boolean isPerMinute() {
            return quota.contains("perminute") || quota.contains("per_minute") || quota.contains("per minute");
        }

        boolean isPerDay() {
            return GoogleError.namesDay(quota);
        }
    }

    private GoogleError(JsonNode json, boolean whole, String message) {
        this.json = json;
        this.whole = whole;
        this.message = message;
        String begun = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
        String spoken = json.isMissingNode() ? begun : withoutQuotes(begun);
        this.said = spoken.toLowerCase(Locale.ROOT);
        collect(json, 0);
        if (retryDelay == null) {
            retryDelay = ProtobufDuration.inWords(said);
        }
    }

    static GoogleError parse(String body) {
        return parse(body, 0);
    }

    private static GoogleError parse(String text, int depth) {
        LenientJson read = LenientJson.read(text);
        JsonNode json = errorIn(read.root(), 0);
        if (json.isMissingNode()) {
            return new GoogleError(json, read.isWhole(), text);
        }
        String message = json.isTextual() ? json.asText() : json.path("message").asText("");
        if (depth < DEEPEST_NESTING && mayNest(json, message)) {
            GoogleError nested = parse(message, depth + 1);
            if (nested.isTelling()) {
                return nested;
            }
        }
        return new GoogleError(
                json,
                read.isWhole(),
                message.isBlank() ? json.path("details").path(0).path("message").asText("") : message);
    }

    /**
     * Whether a message may hold a body: as a whole, or after a gateway's own words. What Google's own words quote is the
     * request, which would be believed otherwise.
     */
    private static boolean mayNest(JsonNode json, String message) {
        String start = message.stripLeading();
        return start.startsWith("{")
                || start.startsWith("[")
                || (start.indexOf('{') > 0
                        && StatusName.toHttp(json.path("status")
                                        .asText(json.path("code").asText("")))
                                == 0);
    }

    private static JsonNode errorIn(JsonNode json, int depth) {
        JsonNode error = json.path("error");
        if (error.isArray()) {
            error = error.path(0);
        }
        if (error.isObject()) {
            JsonNode inner = error.has("message") ? MissingNode.getInstance() : errorIn(error, depth + 1);
            return inner.isMissingNode() ? error : inner;
        }
        if (error.isTextual() || (json.has("message") && (json.has("code") || json.has("status")))) {
            return error.isTextual() && !json.has("message") ? error : json;
        }
        // Loggers and gateways put a body into an object of their own.
        for (JsonNode child : depth < DEEPEST_NESTING && json.isObject() ? json : MissingNode.getInstance()) {
            JsonNode inner = errorIn(child, depth + 1);
            if (!inner.isMissingNode()) {
                return inner;
            }
        }
        return MissingNode.getInstance();
    }

    private static String withoutQuotes(String text) {
        StringBuilder spoken = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int quote = text.indexOf('"', at);
            int end = quote < 0 ? -1 : text.indexOf('"', quote + 1);
            spoken.append(text, at, end < 0 ? text.length() : quote);
            at = end < 0 ? text.length() : end + 1;
        }
        return spoken.toString();
    }

    /** Takes in what is told anywhere within the error: types come damaged, nested or not at all. */
    private void collect(JsonNode node, int depth) {
        String type = typeOf(node);
        if (isOf("ErrorInfo", type)) {
            JsonNode reason = node.path("reason");
            if (reason.isTextual()) {
                reasons.add(reason.asText().strip().toUpperCase(Locale.ROOT));
            }
            if (node.path("metadata").has("quota_limit")) {
                violations.add(Violation.ofMetadata(node.path("metadata")));
            }
        }
        if (isOf("QuotaFailure", type)) {
            node.path("violations").forEach(violation -> violations.add(Violation.of(violation, whole)));
        }
        if (isOf("RetryInfo", type)) {
            retryDelay = longer(retryDelay, ProtobufDuration.parse(node.path("retryDelay")));
        }
        for (JsonNode child : node) {
            boolean isJsonText = child.isTextual() && depth < DEEPEST_NESTING && isDetails(child.asText());
            collect(isJsonText ? LenientJson.read(child.asText()).root() : child, depth + 1);
        }
    }

    private static boolean isOf(String wanted, String type) {
        return type.isEmpty() || type.endsWith(wanted);
    }

    private static String typeOf(JsonNode detail) {
        for (Map.Entry<String, JsonNode> field : detail.properties()) {
            if (field.getKey().strip().equals("@type")) {
                return field.getValue().asText("").strip();
            }
        }
        return "";
    }

    private static boolean isDetails(String text) {
        String start = text.stripLeading();
        return (start.startsWith("{") || start.startsWith("[")) && text.contains("@type");
    }

    private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
        return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }

    private boolean isTelling() {
        return status() != 0 || !reasons.isEmpty() || !violations.isEmpty();
    }

    /** The message, or the whole body where it is not JSON. */
    String message() {
        return message;
    }

    /** Whether the body is JSON in the shape of an error. */
    boolean isJson() {
        return !json.isMissingNode();
    }

    /** The name of the error: the status in the body, or the text code of the Interactions API, or an empty text. */
    String name() {
        JsonNode status = json.path("status");
        JsonNode code = json.path("code");
        if (status.isTextual()) {
            return status.asText();
        }
        if (code.isTextual()) {
            return code.asText();
        }
        return StatusName.firstIn(message);
    }

    /** The status of HTTP that the body itself names, by number or name; 0 if it names none. */
    int status() {
        int code = StatusName.toHttp(json.path("code").asInt(json.path("status").asInt(0)));
        return code != 0 ? code : StatusName.toHttp(name());
    }

    /** Whether the message says so, in lower case. */
    boolean says(String words) {
        return said.contains(words);
    }

    boolean saysOneOf(String... words) {
        for (String each : words) {
            if (says(each)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it gives a reason, as Google spells it in {@code ErrorInfo}. */
    boolean hasReason(String reason) {
        return reasons.contains(reason) || (!isJson() && said.contains(reason.toLowerCase(Locale.ROOT)));
    }

    /** The reasons that it gives, in upper case. */
    Set<String> reasons() {
        return reasons;
    }

    /** What quotas are exceeded. */
    List<Violation> violations() {
        return violations;
    }

    /** Whether it speaks of a quota of a day. */
    boolean namesDay() {
        return namesDay(said);
    }

    private static boolean namesDay(String quota) {
        return quota.contains("perday")
                || quota.contains("per_day")
                || quota.contains("per day")
                || quota.contains("daily");
    }

    /** After what time it asks to try again, or null. */
    @Nullable
    Duration retryDelay() {
        return retryDelay;
    }
}

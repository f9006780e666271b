package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The details of an error, collected from anywhere within it, since their types may arrive damaged, nested or not at
 * all.
 *
 * @see <a href="https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto">Google's details</a>
 */
final class ErrorDetails {

    /** Maximum depth at which a text is read as JSON. */
    private static final int MAX_TEXT_DEPTH = 3;

    private static final String PROJECT_PREFIX = "projects/";
    private static final int MAX_PROJECT_LENGTH = 100;

    private final boolean whole;
    private final Set<String> reasons = new HashSet<>();
    private final List<QuotaViolation> violations = new ArrayList<>();
    private @Nullable Duration retryDelay;
    private @Nullable String consumerProject;
    private boolean linksToQuotas;

    private ErrorDetails(boolean whole) {
        this.whole = whole;
    }

    /**
     * Collects the details.
     *
     * @param whole whether the body was read to its end
     */
    static ErrorDetails of(JsonNode error, boolean whole) {
        ErrorDetails details = new ErrorDetails(whole);
        details.collect(error, 0);
        return details;
    }

    private void collect(JsonNode node, int depth) {
        String type = typeOf(node);
        if (mayBe("ErrorInfo", type)) {
            addErrorInfo(node);
        }
        if (mayBe("QuotaFailure", type)) {
            JsonNode listed = node.path("violations");
            (listed.isObject() ? List.of(listed) : listed)
                    .forEach(violation -> add(QuotaViolation.of(violation, whole)));
        }
        if (mayBe("RetryInfo", type)) {
            retryDelay = longer(retryDelay, ProtobufDuration.parse(Spelling.of(node, "retryDelay")));
        }
        if (type.endsWith("Help")) {
            String help = node.toString().toLowerCase(Locale.ROOT);
            linksToQuotas |= help.contains("quota") || help.contains("rate-limit");
        }
        for (JsonNode child : node) {
            boolean isJsonText = child.isTextual() && depth < MAX_TEXT_DEPTH && isDetails(child.asText());
            collect(isJsonText ? LenientJson.read(child.asText()).root() : child, depth + 1);
        }
    }

    private void add(QuotaViolation violation) {
        if (violation.isNamed()) {
            violations.add(violation);
        }
    }

    private void addErrorInfo(JsonNode node) {
        JsonNode reason = node.path("reason");
        if (reason.isTextual()) {
            reasons.add(reason.asText().strip().toUpperCase(Locale.ROOT));
        }
        JsonNode metadata = node.path("metadata");
        if (metadata.has("quota_limit")) {
            add(QuotaViolation.ofMetadata(metadata));
        }
        if (consumerProject == null) {
            consumerProject = projectIn(metadata.path("consumer").asText(""));
        }
    }

    private static @Nullable String projectIn(String consumer) {
        String project = consumer.startsWith(PROJECT_PREFIX) ? consumer.substring(PROJECT_PREFIX.length()) : "";
        return !project.isEmpty()
                        && project.length() <= MAX_PROJECT_LENGTH
                        && project.chars().allMatch(ErrorDetails::isOfProject)
                ? project
                : null;
    }

    private static boolean isOfProject(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_:.-".indexOf(c) >= 0;
    }

    private static boolean mayBe(String wanted, String type) {
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

    /** Returns the reasons of all {@code ErrorInfo}, in upper case. */
    Set<String> reasons() {
        return reasons;
    }

    List<QuotaViolation> violations() {
        return violations;
    }

    /** Returns the longest delay of all {@code RetryInfo}; null if there is none. */
    @Nullable
    Duration retryDelay() {
        return retryDelay;
    }

    /** Returns whether a {@code Help} leads to pages about quotas. */
    boolean linksToQuotas() {
        return linksToQuotas;
    }

    /** Returns the number or ID of the project that an {@code ErrorInfo} names as consumer; null if there is none. */
    @Nullable
    String consumerProject() {
        return consumerProject;
    }
}

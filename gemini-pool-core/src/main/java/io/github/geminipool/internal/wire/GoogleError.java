package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.key.Use;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error body, as far as it can be understood. Bodies arrive damaged: wrapped in an array, nested as JSON text in the
 * message, with a blank before {@code @type}, truncated, or not as JSON at all. All of these are accepted.
 */
final class GoogleError {

    private static final int MAX_NESTING = 3;

    /** Maximum length of a message that is searched for words. */
    private static final int MAX_MESSAGE_LENGTH = 64 * 1024;

    private static final Pattern ESCAPE_AT_END = Pattern.compile("\\\\(?:u[0-9a-fA-F]{0,3})?\\z");
    private static final String API_VERSION = "api version ";

    private final JsonNode json;
    private final String message;
    private final ErrorDetails details;

    /** The message in lower case for comparisons, without quotations, since these repeat what others wrote. */
    private final String said;

    /** The same without anything else that the request brought: only these words may exclude keys, projects or this machine. */
    private final String stated;

    private final List<QuotaViolation> inText;
    private final @Nullable Duration retryDelay;

    private GoogleError(JsonNode json, boolean whole, String message) {
        this.json = json;
        this.message = message;
        this.details = ErrorDetails.of(json, whole);
        String start = message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH);
        this.said = (json.isMissingNode() ? start : Quotations.removedFrom(start)).toLowerCase(Locale.ROOT);
        this.stated = json.isMissingNode() ? said : Quotations.ofAnyKindRemovedFrom(said);
        this.inText = QuotaText.in(said);
        this.retryDelay = details.retryDelay() != null ? details.retryDelay() : ProtobufDuration.inSentence(said);
    }

    /** Reads a body; never fails. */
    static GoogleError parse(String body) {
        return parse(body, 0);
    }

    private static GoogleError parse(String text, int depth) {
        LenientJson read = LenientJson.read(text);
        JsonNode error = ErrorObject.in(read.root());
        if (error.isMissingNode()) {
            return new GoogleError(error, read.isWhole(), text);
        }
        String message =
                error.isTextual() ? error.asText() : error.path("message").asText("");
        if (message.isBlank() && !read.isWhole()) {
            message = messageCutIn(text);
        }
        if (depth < MAX_NESTING && mayNest(error, message)) {
            GoogleError nested = parse(message, depth + 1);
            if (nested.isSpecific()) {
                return nested;
            }
        }
        String ofDetail = error.path("details").path(0).path("message").asText("");
        return new GoogleError(error, read.isWhole(), message.isBlank() ? ofDetail : message);
    }

    /** Returns the beginning of a message in which a body is cut off. Other values are of no use without their end. */
    private static String messageCutIn(String text) {
        String ended = ESCAPE_AT_END.matcher(text).replaceFirst("") + '"';
        return ErrorObject.in(LenientJson.read(ended).root()).path("message").asText("");
    }

    /**
     * Returns whether a message may contain a body: as a whole, or after a gateway's own words. A message of Google's own
     * quotes the request, and a body in a request must not be taken for an error.
     */
    private static boolean mayNest(JsonNode error, String message) {
        String start = message.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            return true;
        }
        String name = error.path("status").asText(error.path("code").asText(""));
        return start.indexOf('{') > 0 && StatusName.toHttp(name) == 0;
    }

    private boolean isSpecific() {
        return status() != 0 || !reasons().isEmpty() || !details.violations().isEmpty();
    }

    /** Returns the error as JSON; a missing node if it is none, and a text if it is only that. */
    JsonNode json() {
        return json;
    }

    /** Returns the message, or the whole body if it is not JSON. */
    String message() {
        return message;
    }

    /** Returns whether the body is JSON in the shape of an error. */
    boolean isJson() {
        return !json.isMissingNode();
    }

    /** Returns the status in the body, the text code of the Interactions API, or an empty text. */
    String name() {
        JsonNode status = json.path("status");
        JsonNode code = json.path("code");
        if (status.isTextual()) {
            return status.asText();
        }
        return code.isTextual() ? code.asText() : StatusName.firstIn(message);
    }

    /** Returns the HTTP status that the body itself gives by number or name; 0 if it gives none. */
    int status() {
        int code = StatusName.toHttp(json.path("code").asInt(json.path("status").asInt(0)));
        return code != 0 ? code : StatusName.toHttp(name());
    }

    /** Returns whether the message contains a text, which must be in lower case. */
    boolean says(String text) {
        return said.contains(text);
    }

    /** Returns whether the message itself contains one of some texts, in lower case, and not only in what it repeats of the request. */
    boolean statesOneOf(String... texts) {
        for (String text : texts) {
            if (stated.contains(text)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the message contains one of some texts, which must be in lower case. */
    boolean saysOneOf(String... texts) {
        for (String text : texts) {
            if (says(text)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an {@code ErrorInfo} has a reason, given in upper case. */
    boolean hasReason(String reason) {
        return reasons().contains(reason) || (!isJson() && said.contains(reason.toLowerCase(Locale.ROOT)));
    }

    /** Returns the reasons of all {@code ErrorInfo}, in upper case. */
    Set<String> reasons() {
        return details.reasons();
    }

    /**
     * Returns the exceeded quotas: those of the details, or else those that the message names. Those of tools only if there
     * are no others.
     */
    List<QuotaViolation> violations() {
        List<QuotaViolation> all = details.violations().isEmpty() ? inText : details.violations();
        List<QuotaViolation> ofModel =
                all.stream().filter(quota -> quota.tool() == null).toList();
        return ofModel.isEmpty() ? all : ofModel;
    }

    /** Returns the use of the tool that all exceeded quotas belong to; null if some do not. */
    @Nullable
    Use toolOfQuotas() {
        Use tool = null;
        for (QuotaViolation quota : violations()) {
            if (quota.tool() == null || (tool != null && tool != quota.tool())) {
                return null;
            }
            tool = quota.tool();
        }
        return tool;
    }

    /** Returns whether a quota is 0: its limit is omitted in the details, and not given by the message either. */
    boolean hasQuotaOfZero() {
        boolean isGiven = inText.stream().anyMatch(quota -> quota.limit() > 0)
                && inText.stream().noneMatch(QuotaViolation::isZero);
        return !isGiven && violations().stream().anyMatch(QuotaViolation::isZero);
    }

    /** Returns whether it is about quotas, whether or not it names one. */
    boolean isOfQuota() {
        return details.linksToQuotas()
                || saysOneOf(
                        "quota exceeded", "current quota", "exceeded your quota", "exceeded the quota", "over quota");
    }

    /** Returns the version of the API that the message names; null if it names none. */
    @Nullable
    String apiVersion() {
        int start = said.indexOf(API_VERSION);
        int from = start + API_VERSION.length();
        int end = from;
        while (start >= 0 && end < said.length() && end - from < 20 && isOfVersion(said.charAt(end))) {
            end++;
        }
        return start < 0 || end == from ? null : said.substring(from, end);
    }

    private static boolean isOfVersion(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /** Returns the delay after which the error asks to retry; null if it gives none. */
    @Nullable
    Duration retryDelay() {
        return retryDelay;
    }

    /** Returns the number or ID of the project that the error names as the caller's; null if it names none. */
    @Nullable
    String consumerProject() {
        return details.consumerProject();
    }
}

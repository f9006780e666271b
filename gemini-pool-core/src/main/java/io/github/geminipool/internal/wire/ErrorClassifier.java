package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges error responses by status and body. Never throws; an unknown error is judged by its status.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini's error codes</a>
 */
public final class ErrorClassifier {

    private static final Set<String> INVALID_KEY =
            Set.of("API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_NOT_FOUND", "KEYINVALID", "KEYEXPIRED");

    /** Words for resources that belong to one project, in lower case. */
    private static final String[] RESOURCES = {
        "access the file",
        "cachedcontent",
        "cached content",
        "tunedmodels/",
        "tuned model",
        "files/",
        "operations/",
        "batches/",
        "filesearchstores/",
        "corpora/",
        "interactions/",
        "previous interaction",
        "previous_interaction",
        "interaction not found",
        "completed interaction"
    };

    private static final String OTHER_PROJECT = "The resource does not exist, or belongs to another project";

    private ErrorClassifier() {}

    /**
     * Judges a response with an error status.
     *
     * @param body the body, with secrets masked
     */
    public static ErrorVerdict read(int status, String body, AttemptContext attempt) {
        GoogleError error = GoogleError.parse(body);
        int own = error.status();
        int decisive = own != 0 && isVague(status) ? own : status;
        return ErrorVerdict.of(judge(decisive, new FailureBuilder(status, error, attempt)), error);
    }

    /**
     * Judges an error that arrived in a response of status 200, by the status in the error.
     *
     * @param body the body, with secrets masked
     */
    public static ErrorVerdict readInStream(String body, AttemptContext attempt) {
        GoogleError error = GoogleError.parse(body);
        int status = error.status() == 0 ? 500 : error.status();
        return ErrorVerdict.of(judge(status, new FailureBuilder(status, error, attempt)), error);
    }

    /** Returns the failure of {@link #read}. */
    public static Failure classify(int status, String body, AttemptContext attempt) {
        return read(status, body, attempt).failure();
    }

    /**
     * Returns whether a JSON body of status 200 that starts with a field {@code error} is an error. Operations and batches
     * have such a field too.
     */
    public static boolean isError(String body) {
        JsonNode json = LenientJson.read(body).root();
        JsonNode error = json.path("error");
        return (error.has("code") || error.has("status") || error.has("message"))
                && !json.has("name")
                && !json.has("done")
                && !json.has("id");
    }

    /** Returns whether gateways use a status for all kinds of errors. */
    private static boolean isVague(int status) {
        return status < 400 || status == 400 || status == 500 || status == 502 || status > 599;
    }

    private static Failure judge(int status, FailureBuilder builder) {
        GoogleError error = builder.error();
        if (error.statesOneOf("automated queries", "unusual traffic", "/sorry/index")) {
            return builder.egressBlocked(
                    FailureCause.AUTOMATED_TRAFFIC, "Google blocks this machine's address as automated traffic");
        }
        if (status >= 400 && status <= 404 && error.statesOneOf("multiple authentication credentials")) {
            return builder.request(
                    FailureCause.MULTIPLE_CREDENTIALS,
                    "Gemini found several credentials, although the pool sends one; a proxy or gateway may add another");
        }
        if (status >= 400 && status <= 404 && lacksCredential(error)) {
            return builder.request(
                    FailureCause.CREDENTIAL_MISSING,
                    "The key that the pool sent did not arrive, or is of a kind that this path does not take; check"
                            + " proxies and gateways");
        }
        Failure refusal = status >= 400 && status <= 404 ? refusal(builder) : null;
        if (refusal != null) {
            return refusal;
        }
        return switch (status) {
            case 400 -> invalid(builder);
            case 401 -> builder.keyInvalid();
            case 402 -> builder.creditDepleted();
            case 403 -> forbidden(builder);
            case 404 -> notFound(builder);
            case 408, 499 -> builder.serverError(FailureCause.REQUEST_ABORTED, "Gemini gave up on the request");
            case 429 -> QuotaErrors.judge(builder);
            case 503 -> builder.overloaded();
            default -> otherwise(status, builder);
        };
    }

    /** Recognizes errors of a key, a project, its billing or this machine, which arrive with any status from 400 to 404. */
    private static @Nullable Failure refusal(FailureBuilder builder) {
        GoogleError error = builder.error();
        if (error.statesOneOf("reported as leaked") || error.hasReason("API_KEY_LEAKED")) {
            return builder.keyLost(
                    FailureCause.KEY_LEAKED,
                    "The key was reported as leaked, and Google has disabled it; replace it and find the leak");
        }
        if (isRestriction(error)) {
            return builder.keyLost(
                    FailureCause.KEY_RESTRICTED, "The key's restrictions forbid this use; change them or the key");
        }
        if (isInvalidKey(error)) {
            return builder.keyInvalid();
        }
        if (error.hasReason("SERVICE_DISABLED")
                || error.hasReason("ACCESSNOTCONFIGURED")
                || error.statesOneOf("has not been used in project")) {
            return builder.projectRejected(
                    FailureCause.API_DISABLED,
                    "The Gemini API is not enabled for the project; enable it and wait a few minutes");
        }
        if (error.hasReason("CONSUMER_SUSPENDED")
                || error.hasReason("CONSUMER_INVALID")
                || error.statesOneOf("denied access", "has been suspended")) {
            return builder.projectRejected(
                    FailureCause.PROJECT_SUSPENDED, "Google refuses the project; check it in the Cloud console");
        }
        Failure billing = QuotaErrors.billing(builder);
        if (billing != null) {
            return billing;
        }
        if (BillingText.asksForBilling(error)) {
            return builder.request(
                    FailureCause.BILLING_REQUIRED, "Gemini serves the request only to projects with billing");
        }
        if (error.statesOneOf(
                        "location is not supported", "not available in your country", "not available in your region")
                || error.statesOneOf("your client does not have permission to get url")) {
            return builder.egressBlocked(
                    FailureCause.LOCATION_UNSUPPORTED, "Gemini is not available from this machine's location");
        }
        return null;
    }

    /** Recognizes what is said of requests without a key. Each request of the pool has one, which may be a good one. */
    private static boolean lacksCredential(GoogleError error) {
        return error.hasReason("CREDENTIALS_MISSING")
                || error.statesOneOf(
                        "missing or invalid authorization header",
                        "missing required authentication credential",
                        "unregistered callers");
    }

    private static boolean isInvalidKey(GoogleError error) {
        return error.reasons().stream().anyMatch(INVALID_KEY::contains)
                || error.hasReason("API_KEY_INVALID")
                || error.statesOneOf("api key not valid", "api key expired", "api key not found", "api key is invalid");
    }

    private static boolean isRestriction(GoogleError error) {
        return error.reasons().stream().anyMatch(r -> r.startsWith("API_KEY_") && r.endsWith("_BLOCKED"))
                || (!error.isJson() && error.says("api_key_") && error.says("_blocked"));
    }

    private static Failure invalid(FailureBuilder builder) {
        return builder.error().says("cannot find field")
                ? builder.unknown(
                        FailureKind.INVALID_REQUEST,
                        FailureCause.FIELD_UNKNOWN,
                        "The request has a field that is unknown")
                : builder.request(FailureCause.REQUEST_INVALID, "The request is not valid");
    }

    private static Failure forbidden(FailureBuilder builder) {
        if (concernsResource(builder)) {
            return builder.of(
                    FailureKind.WRONG_PROJECT, FailureCause.RESOURCE_NOT_FOUND, new Scope.Request(), OTHER_PROJECT);
        }
        // The cause is unknown. If it is the key, its error rate will grow.
        return builder.of(
                FailureKind.INVALID_REQUEST,
                FailureCause.PERMISSION_DENIED,
                builder.attempt().keyScope(),
                "Gemini denies permission; the key or its project may lack a permission");
    }

    private static Failure notFound(FailureBuilder builder) {
        if (builder.error().statesOneOf("to new users", "to new projects", "to new customers")) {
            return builder.modelClosed();
        }
        if (concernsResource(builder)) {
            return builder.unknown(FailureKind.WRONG_PROJECT, FailureCause.RESOURCE_NOT_FOUND, OTHER_PROJECT);
        }
        // The model is missing, even if the message does not name it. If the path were, the response would be a page.
        boolean isOfModel = builder.error().isJson() && builder.attempt().namesModel();
        return isOfModel || builder.error().says("models/")
                ? builder.unknown(FailureKind.INVALID_REQUEST, FailureCause.MODEL_NOT_FOUND, "There is no such model")
                : builder.unknown(
                        FailureKind.INVALID_REQUEST, FailureCause.NOT_FOUND, "There is no such model or resource");
    }

    /** The API often says only that a resource was not found, or that access to it is not permitted. */
    private static boolean concernsResource(FailureBuilder builder) {
        return builder.error().saysOneOf(RESOURCES)
                || (builder.attempt().namesResource() && !builder.error().says("models/"));
    }

    private static Failure otherwise(int status, FailureBuilder builder) {
        if (status >= 500) {
            return builder.serverError(FailureCause.SERVER_ERROR, "Gemini failed");
        }
        return status < 400
                ? builder.request(
                        FailureCause.REDIRECTED,
                        "The server redirects to another address, which gets no key; check gemini.pool.base-url")
                : builder.request(FailureCause.REQUEST_REFUSED, "Gemini refuses the request");
    }
}

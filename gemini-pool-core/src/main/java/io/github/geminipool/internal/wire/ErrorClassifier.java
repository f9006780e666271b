package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on an error answer, from its status and body. Never throws; what it does not know it judges by the
 * status.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini's error codes</a>
 */
public final class ErrorClassifier {

    private static final Set<String> INVALID_KEY =
            Set.of("API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_NOT_FOUND", "KEYINVALID", "KEYEXPIRED");

    /** What only one project may use, as the API names it. */
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

    private ErrorClassifier() {}

    /**
     * Who asked for what.
     *
     * @param key the key's name
     * @param project the project's name
     * @param billingAccount the billing account's name
     * @param model the name of the model pool
     * @param now the time of the answer
     * @param namesResource whether the request names something that belongs to one project
     */
    public record Asked(
            String key, String project, String billingAccount, String model, Instant now, boolean namesResource) {

        /** For a request that names nothing. */
        public Asked(String key, String project, String billingAccount, String model, Instant now) {
            this(key, project, billingAccount, model, now, false);
        }

        Scope ofKey() {
            return new Scope.Key(key);
        }

        Scope ofProject() {
            return new Scope.Project(project);
        }

        Scope ofProjectAndModel() {
            return new Scope.ProjectModel(project, model);
        }

        Scope ofBilling() {
            return new Scope.BillingAccount(billingAccount);
        }

        Instant in(Duration fromNow) {
            return now.plus(fromNow);
        }
    }

    /** The verdict on an answer with an error status. The body must be masked already. */
    public static Failure classify(int status, String body, Asked asked) {
        GoogleError error = GoogleError.parse(body);
        int own = error.status();
        return judge(own != 0 && isVague(status) ? own : status, new Verdict(status, error, asked));
    }

    /** The verdict on an error that came within an answer of status 200: its own code decides. */
    public static Failure classifyInStream(String body, Asked asked) {
        GoogleError error = GoogleError.parse(body);
        int status = error.status() == 0 ? 500 : error.status();
        return judge(status, new Verdict(status, error, asked));
    }

    /**
     * Whether a JSON body of status 200 that begins with an error is nothing but one. Operations and batches have errors
     * too, of their own.
     */
    public static boolean isError(String body) {
        JsonNode json = LenientJson.read(body).root();
        JsonNode error = json.path("error");
        return (error.has("code") || error.has("status") || error.has("message"))
                && !json.has("name")
                && !json.has("done")
                && !json.has("id");
    }

    /** Gateways have such a status for every error. */
    private static boolean isVague(int status) {
        return status < 400 || status == 400 || status == 500 || status == 502 || status > 599;
    }

    private static Failure judge(int status, Verdict verdict) {
        GoogleError error = verdict.error();
        if (error.saysOneOf("automated queries", "unusual traffic", "/sorry/index")) {
            return verdict.egressBlocked(
                    FailureCause.AUTOMATED_TRAFFIC, "Google blocks this machine's address as automated traffic");
        }
        Failure refused = status >= 400 && status <= 404 ? refused(verdict) : null;
        if (refused != null) {
            return refused;
        }
        return switch (status) {
            case 400 -> verdict.request(FailureCause.REQUEST_INVALID, "The request is not valid");
            case 401 -> verdict.keyInvalid();
            case 402 -> verdict.noCredit();
            case 403 -> forbidden(verdict);
            case 404 -> notFound(verdict);
            case 408, 499 -> verdict.serverError(FailureCause.REQUEST_ABORTED, "Gemini gave up on the request");
            case 429 -> QuotaErrors.judge(verdict);
            case 503 -> verdict.overloaded();
            default -> byClass(status, verdict);
        };
    }

    /** What is said of a key, a project, its money or this machine, whichever of 400 to 404 it comes with. */
    private static @Nullable Failure refused(Verdict verdict) {
        GoogleError error = verdict.error();
        if (error.says("reported as leaked") || error.hasReason("API_KEY_LEAKED")) {
            return verdict.keyLost(
                    FailureCause.KEY_LEAKED,
                    "The key was reported as leaked, and Google has disabled it; replace it and find the leak");
        }
        if (isRestriction(error)) {
            return verdict.keyLost(
                    FailureCause.KEY_RESTRICTED, "The key's restrictions forbid this use; change them or the key");
        }
        if (isInvalidKey(error)) {
            return verdict.keyInvalid();
        }
        if (error.hasReason("SERVICE_DISABLED")
                || error.hasReason("ACCESSNOTCONFIGURED")
                || error.says("has not been used in project")) {
            return verdict.projectRejected(
                    FailureCause.API_DISABLED,
                    "The Gemini API is not enabled for the project; enable it and wait a few minutes");
        }
        if (error.hasReason("CONSUMER_SUSPENDED")
                || error.hasReason("CONSUMER_INVALID")
                || error.saysOneOf("denied access", "has been suspended")) {
            return verdict.projectRejected(
                    FailureCause.PROJECT_SUSPENDED, "Google refuses the project; check it in the Cloud console");
        }
        if (error.saysOneOf(
                        "location is not supported", "not available in your country", "not available in your region")
                || error.says("your client does not have permission to get url")) {
            return verdict.egressBlocked(
                    FailureCause.LOCATION_UNSUPPORTED, "Gemini is not available from this machine's location");
        }
        return QuotaErrors.money(verdict);
    }

    private static boolean isInvalidKey(GoogleError error) {
        return error.reasons().stream().anyMatch(INVALID_KEY::contains)
                || error.hasReason("API_KEY_INVALID")
                || error.saysOneOf("api key not valid", "api key expired", "api key not found", "api key is invalid");
    }

    private static boolean isRestriction(GoogleError error) {
        return error.reasons().stream().anyMatch(r -> r.startsWith("API_KEY_") && r.endsWith("_BLOCKED"))
                || (!error.isJson() && error.says("api_key_") && error.says("_blocked"));
    }

    private static Failure forbidden(Verdict verdict) {
        if (isOfResource(verdict)) {
            return notThere(verdict);
        }
        // Nobody knows whose fault it is: the key's error rate will tell, if it happens often.
        return verdict.of(
                FailureKind.INVALID_REQUEST,
                FailureCause.PERMISSION_DENIED,
                verdict.asked().ofKey(),
                "Gemini denies permission; the key or its project may lack a permission");
    }

    private static Failure notFound(Verdict verdict) {
        if (verdict.error().saysOneOf("to new users", "to new projects", "to new customers")) {
            return verdict.notEntitled(
                    FailureCause.MODEL_CLOSED,
                    "The model is closed to this project; use a newer model or an older project");
        }
        return isOfResource(verdict)
                ? notThere(verdict)
                : verdict.request(FailureCause.NOT_FOUND, "There is no such model or resource");
    }

    /** Of what is named or what is not there, the API often says no more than that it is not found, or not permitted. */
    private static boolean isOfResource(Verdict verdict) {
        return verdict.error().saysOneOf(RESOURCES)
                || (verdict.asked().namesResource() && !verdict.error().says("models/"));
    }

    private static Failure notThere(Verdict verdict) {
        return verdict.of(
                FailureKind.WRONG_PROJECT,
                FailureCause.RESOURCE_NOT_FOUND,
                new Scope.Request(),
                "The resource does not exist, or belongs to another project");
    }

    private static Failure byClass(int status, Verdict verdict) {
        if (status >= 500) {
            return verdict.serverError(FailureCause.SERVER_ERROR, "Gemini failed");
        }
        return status < 400
                ? verdict.request(
                        FailureCause.REDIRECTED,
                        "The server redirects to another address, which gets no key; check gemini.pool.base-url")
                : verdict.request(FailureCause.REQUEST_REFUSED, "Gemini refuses the request");
    }
}

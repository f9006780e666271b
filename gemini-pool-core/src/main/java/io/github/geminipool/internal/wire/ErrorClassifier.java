package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on an error answer, from its status and body. Never throws; what it does not know it judges by the
 * status.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini's error codes</a>
 */
public final class ErrorClassifier {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");
    private static final Duration SHORTEST_COOL_DOWN = Duration.ofSeconds(1);

    /** A quota of a minute that asks for more is not believed. */
    private static final Duration LONGEST_COOL_DOWN = Duration.ofMinutes(10);

    private static final int LONGEST_QUOTE = 160;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final Set<String> RESTRICTIONS = Set.of(
            "API_KEY_SERVICE_BLOCKED",
            "API_KEY_HTTP_REFERRER_BLOCKED",
            "API_KEY_IP_ADDRESS_BLOCKED",
            "API_KEY_ANDROID_APP_BLOCKED",
            "API_KEY_IOS_APP_BLOCKED");

    private ErrorClassifier() {}

    /**
     * Who asked for what.
     *
     * @param key the key's name
     * @param project the project's name
     * @param billingAccount the billing account's name
     * @param model the name of the model pool
     * @param now the time of the answer
     */
    public record Asked(String key, String project, String billingAccount, String model, Instant now) {

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
    }

    /** The verdict on an answer with an error status. The body must be masked already. */
    public static Failure classify(int status, String body, Asked asked) {
        return new Answer(status, GoogleError.parse(body), asked).verdict();
    }

    /** The verdict on an error that came within an answer of status 200: its own code decides. */
    public static Failure classifyInStream(String body, Asked asked) {
        GoogleError error = GoogleError.parse(body);
        return new Answer(error.code() >= 400 ? error.code() : statusOf(error.name()), error, asked).verdict();
    }

    private static int statusOf(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "QUOTA_EXCEEDED", "TOO_MANY_REQUESTS" -> 429;
            case "UNAVAILABLE", "SERVICE_UNAVAILABLE" -> 503;
            case "DEADLINE_EXCEEDED" -> 504;
            case "CANCELLED" -> 499;
            case "UNAUTHENTICATED", "AUTHENTICATION" -> 401;
            case "PAYMENT_REQUIRED" -> 402;
            case "PERMISSION_DENIED" -> 403;
            case "NOT_FOUND", "MODEL_NOT_FOUND" -> 404;
            case "INVALID_ARGUMENT", "INVALID_REQUEST", "FAILED_PRECONDITION" -> 400;
            default -> 500;
        };
    }

    private record Answer(int status, GoogleError error, Asked asked) {

        Failure verdict() {
            if (says("automated queries")) {
                return failure(
                        FailureKind.EGRESS_BLOCKED,
                        new Scope.Egress(),
                        "Google blocks this machine's address as automated traffic");
            }
            return switch (status) {
                case 400 -> badRequest();
                case 401 -> failure(FailureKind.KEY_REJECTED, asked.ofKey(), "Gemini does not accept the key");
                case 402 -> billing();
                case 403 -> forbidden();
                case 404 -> notFound();
                case 429 -> tooManyRequests();
                case 503 -> overloaded();
                case 408, 499 -> serverError();
                default -> byClass();
            };
        }

        private Failure badRequest() {
            if (error.reasons().contains("API_KEY_INVALID") || says("api key not valid") || says("api key expired")) {
                return failure(
                        FailureKind.KEY_REJECTED, asked.ofKey(), "Gemini does not accept the key; check or replace it");
            }
            if (says("user location is not supported")) {
                return failure(
                        FailureKind.EGRESS_BLOCKED,
                        new Scope.Egress(),
                        "Gemini is not available from this machine's location");
            }
            return request("The request is not valid");
        }

        private Failure forbidden() {
            if (says("reported as leaked")) {
                return lasting(
                        asked.ofKey(),
                        "The key was reported as leaked, and Google has shut it off; replace it and find the leak");
            }
            if (error.reasons().stream().anyMatch(RESTRICTIONS::contains)) {
                return lasting(asked.ofKey(), "The key's restrictions forbid this use; change them or the key");
            }
            if (says("permission to access the file") || says("cachedcontent not found")) {
                return new Failure(
                        FailureKind.WRONG_PROJECT,
                        new Scope.Request(),
                        null,
                        false,
                        status,
                        words("The resource is not there, or belongs to another project"));
            }
            if (error.reasons().contains("CONSUMER_SUSPENDED")
                    || error.reasons().contains("SERVICE_DISABLED")
                    || says("denied access")
                    || says("has been suspended")) {
                return failure(
                        FailureKind.PROJECT_REJECTED,
                        asked.ofProject(),
                        "Google refuses the project; look at it in the Cloud console");
            }
            return request("Permission denied");
        }

        private Failure notFound() {
            if (says("no longer available to new users")) {
                return notEntitled("The model is closed to this project");
            }
            return request("Not found");
        }

        private Failure tooManyRequests() {
            if (says("spend-based")) {
                Duration delay = error.retryDelay();
                return until(
                        FailureKind.BILLING,
                        asked.ofBilling(),
                        delay != null && delay.compareTo(MINUTE) > 0 ? delay : MINUTE,
                        "The billing account spends faster than its tier allows");
            }
            if (says("spending cap")) {
                return failure(
                        FailureKind.BILLING, asked.ofProject(), "The project has reached its monthly spending cap");
            }
            if (says("credits are depleted")) {
                return billing();
            }
            if (error.violations().stream().anyMatch(GoogleError.Violation::isZero)) {
                return notEntitled("The project's plan has no quota for the model");
            }
            if (error.name().equals("quota_exceeded")
                    || error.violations().stream().anyMatch(GoogleError.Violation::isPerDay)) {
                // Google's RetryInfo names seconds here too; no call succeeds before the day is over.
                return new Failure(
                        FailureKind.DAILY_QUOTA_EXHAUSTED,
                        asked.ofProjectAndModel(),
                        nextMidnight(asked.now()),
                        false,
                        status,
                        words("The project's quota of the day is used up"));
            }
            if (!error.violations().isEmpty()
                    || error.retryDelay() != null
                    || says("quota exceeded for metric")
                    || error.name().equals("rate_limit_exceeded")) {
                return rateLimited(error.retryDelay());
            }
            return overloaded();
        }

        private Failure rateLimited(@Nullable Duration delay) {
            return until(
                    FailureKind.RATE_LIMITED,
                    asked.ofProjectAndModel(),
                    coolDown(delay == null ? MINUTE : delay),
                    "The project's quota of the minute is used up");
        }

        private static Duration coolDown(Duration hint) {
            if (hint.compareTo(SHORTEST_COOL_DOWN) < 0) {
                return SHORTEST_COOL_DOWN;
            }
            return hint.compareTo(LONGEST_COOL_DOWN) > 0 ? LONGEST_COOL_DOWN : hint;
        }

        private Failure billing() {
            return failure(FailureKind.BILLING, asked.ofBilling(), "The billing account has no credit left; top it up");
        }

        private Failure notEntitled(String reason) {
            return until(FailureKind.NOT_ENTITLED, asked.ofProjectAndModel(), DAY, reason);
        }

        private Failure overloaded() {
            return failure(FailureKind.OVERLOADED, new Scope.Model(asked.model()), "The model is overloaded");
        }

        private Failure serverError() {
            return failure(FailureKind.SERVER_ERROR, new Scope.None(), "Gemini failed");
        }

        private Failure byClass() {
            return status >= 500 ? serverError() : request("Gemini refuses the request");
        }

        private Failure request(String reason) {
            return failure(FailureKind.INVALID_REQUEST, new Scope.Request(), reason);
        }

        private Failure lasting(Scope scope, String reason) {
            return new Failure(FailureKind.KEY_REJECTED, scope, null, true, status, words(reason));
        }

        private Failure until(FailureKind kind, Scope scope, Duration fromNow, String reason) {
            return new Failure(kind, scope, asked.now().plus(fromNow), false, status, words(reason));
        }

        private Failure failure(FailureKind kind, Scope scope, String reason) {
            return new Failure(kind, scope, null, false, status, words(reason));
        }

        private boolean says(String words) {
            return error.message().toLowerCase(Locale.ROOT).contains(words);
        }

        private String words(String reason) {
            String said = firstSentence(error.message().strip());
            return CleanText.of(reason + " (" + status + (said.isEmpty() ? ")" : ": " + said + ")"));
        }

        private static String firstSentence(String text) {
            int end = text.indexOf(". ");
            String sentence = end < 0 ? text : text.substring(0, end + 1);
            return sentence.length() <= LONGEST_QUOTE ? sentence : sentence.substring(0, LONGEST_QUOTE) + "…";
        }
    }

    /** The next midnight of Gemini's day, which is that of the Pacific coast, daylight saving included. */
    static Instant nextMidnight(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, PACIFIC);
        return today.plusDays(1).atStartOfDay(PACIFIC).toInstant();
    }
}

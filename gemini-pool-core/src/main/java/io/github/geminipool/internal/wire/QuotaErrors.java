package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.key.Use;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the meanings of 402 and 429 apart: billing, a quota per day or per minute, no quota at all, or an overloaded model. */
final class QuotaErrors {

    private static final Duration MIN_DELAY = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Maximum delay that is believed for a quota per minute or a spending rate. */
    private static final Duration MAX_DELAY = Duration.ofMinutes(10);

    private QuotaErrors() {}

    static Failure judge(FailureBuilder builder) {
        GoogleError error = builder.error();
        Failure billing = billing(builder);
        if (billing != null) {
            return billing;
        }
        if (!builder.attempt().takesQuota()) {
            return builder.quotaOfOthers();
        }
        Use tool = error.toolOfQuotas();
        if (tool != null) {
            return ofTool(builder, builder.attempt().useScope(tool));
        }
        if (error.hasQuotaOfZero()) {
            return builder.notEntitled(FailureCause.NO_QUOTA, "The project's plan has no quota for the model");
        }
        if (isOfDay(error)) {
            // Google sends a RetryInfo of seconds here too, but no call succeeds before the day is over.
            return builder.until(
                    PacificDay.endAfter(builder.attempt().now()),
                    FailureKind.DAILY_QUOTA_EXHAUSTED,
                    FailureCause.DAILY_QUOTA,
                    scopeOf(builder),
                    "The project's daily quota is used up until midnight Pacific time");
        }
        if (isOfMinute(error)) {
            return rateLimited(builder);
        }
        return error.isOfQuota() ? builder.quotaUnnamed() : builder.overloaded();
    }

    /** Judges a quota of a tool, such as grounding, which does not limit what the project may ask the model without the tool. */
    private static Failure ofTool(FailureBuilder builder, Scope scope) {
        AttemptContext attempt = builder.attempt();
        if (builder.error().hasQuotaOfZero()) {
            return builder.until(
                    attempt.after(Duration.ofDays(1)),
                    FailureKind.NOT_ENTITLED,
                    FailureCause.NO_QUOTA,
                    scope,
                    "The project's plan has no quota for the tool");
        }
        return isOfDay(builder.error())
                ? builder.until(
                        PacificDay.endAfter(attempt.now()),
                        FailureKind.DAILY_QUOTA_EXHAUSTED,
                        FailureCause.DAILY_QUOTA,
                        scope,
                        "The project's daily quota of the tool is used up until midnight Pacific time")
                : builder.until(
                        attempt.after(within(MIN_DELAY, builder.error().retryDelay(), MINUTE)),
                        FailureKind.RATE_LIMITED,
                        FailureCause.MINUTE_QUOTA,
                        scope,
                        "The project's quota of the tool per minute is used up");
    }

    /** Returns the failure for an error about billing; null for other errors. */
    static @Nullable Failure billing(FailureBuilder builder) {
        GoogleError error = builder.error();
        AttemptContext attempt = builder.attempt();
        if (error.statesOneOf("spend-based", "spend based")) {
            return builder.until(
                    attempt.after(within(MINUTE, error.retryDelay(), MINUTE)),
                    FailureKind.BILLING,
                    FailureCause.SPENDING_RATE,
                    attempt.billingScope(),
                    "The billing account spends faster than its tier allows; wait, or raise its tier");
        }
        if (error.statesOneOf(
                "spending cap", "spend cap", "spending limit", "spend limit", "tier cap", "account cap")) {
            boolean ofAccount = error.statesOneOf("billing account", "tier", "all projects", "account cap");
            return ofAccount
                    ? builder.billing(
                            FailureCause.ACCOUNT_SPENDING_CAP,
                            attempt.billingScope(),
                            "The billing account has reached its tier's monthly cap; raise the tier, or wait for the"
                                    + " next month")
                    : builder.billing(
                            FailureCause.PROJECT_SPENDING_CAP,
                            attempt.projectScope(),
                            "The project has reached its monthly spending cap; raise it, or wait for the next month");
        }
        if (error.statesOneOf("credits are depleted", "credit is depleted", "prepayment credit", "prepay credit")) {
            return builder.creditDepleted();
        }
        if (error.hasReason("BILLING_DISABLED") || error.hasReason("BILLING_NOT_ENABLED")) {
            return builder.billing(
                    FailureCause.BILLING_DISABLED,
                    attempt.projectScope(),
                    "The project has no billing; link it to a billing account");
        }
        return null;
    }

    private static boolean isOfDay(GoogleError error) {
        return error.name().toLowerCase(Locale.ROOT).equals("quota_exceeded")
                || error.violations().stream().anyMatch(QuotaViolation::isPerDay);
    }

    private static boolean isOfMinute(GoogleError error) {
        return !error.violations().isEmpty()
                || error.retryDelay() != null
                || error.name().toLowerCase(Locale.ROOT).equals("rate_limit_exceeded")
                || error.hasReason("RATE_LIMIT_EXCEEDED");
    }

    private static Failure rateLimited(FailureBuilder builder) {
        AttemptContext attempt = builder.attempt();
        return builder.until(
                attempt.after(within(MIN_DELAY, builder.error().retryDelay(), MINUTE)),
                FailureKind.RATE_LIMITED,
                FailureCause.MINUTE_QUOTA,
                scopeOf(builder),
                "The project's quota per minute is used up");
    }

    private static Scope scopeOf(FailureBuilder builder) {
        AttemptContext attempt = builder.attempt();
        return builder.error().violations().isEmpty() ? attempt.unnamedQuotaScope() : attempt.projectModelScope();
    }

    private static Duration within(Duration min, @Nullable Duration hint, Duration otherwise) {
        Duration delay = hint == null ? otherwise : hint;
        Duration atLeast = delay.compareTo(min) < 0 ? min : delay;
        return atLeast.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : atLeast;
    }
}

package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.wire.ErrorClassifier.Asked;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is meant by 402 and 429: money, a quota of a day or a minute, no quota at all, or no room at Google's. */
final class QuotaErrors {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A quota of a minute, or a rate of spending, that asks for more is not believed. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private QuotaErrors() {}

    static Failure judge(Verdict verdict) {
        GoogleError error = verdict.error();
        Failure money = money(verdict);
        if (money != null) {
            return money;
        }
        if (error.violations().stream().anyMatch(GoogleError.Violation::isZero) || saysLimitOfNone(error)) {
            return verdict.notEntitled(FailureCause.NO_QUOTA, "The project's plan has no quota for the model");
        }
        if (isOfDay(error)) {
            // Google's RetryInfo names seconds here too; no call succeeds before the day is over.
            return verdict.until(
                    PacificDay.endAfter(verdict.asked().now()),
                    FailureKind.DAILY_QUOTA_EXHAUSTED,
                    FailureCause.DAILY_QUOTA,
                    verdict.asked().ofProjectAndModel(),
                    "The project's daily quota is used up until midnight Pacific time");
        }
        return isOfMinute(error) ? rateLimited(verdict) : verdict.overloaded();
    }

    /** The verdict on an error that speaks of money; null on others. */
    static @Nullable Failure money(Verdict verdict) {
        GoogleError error = verdict.error();
        Asked asked = verdict.asked();
        if (error.saysOneOf("spend-based", "spend based")) {
            return verdict.until(
                    asked.in(within(MINUTE, error.retryDelay(), MINUTE)),
                    FailureKind.BILLING,
                    FailureCause.SPENDING_RATE,
                    asked.ofBilling(),
                    "The billing account spends faster than its tier allows; wait, or raise its tier");
        }
        if (error.saysOneOf("spending cap", "spend cap", "spending limit", "spend limit", "tier cap", "account cap")) {
            boolean ofAccount = error.saysOneOf("billing account", "tier", "all projects", "account cap");
            return ofAccount
                    ? verdict.billing(
                            FailureCause.ACCOUNT_SPENDING_CAP,
                            asked.ofBilling(),
                            "The billing account has reached its tier's monthly cap; raise the tier, or wait for the month's end")
                    : verdict.billing(
                            FailureCause.PROJECT_SPENDING_CAP,
                            asked.ofProject(),
                            "The project has reached its monthly spending cap; raise it, or wait for the month's end");
        }
        if (error.saysOneOf("credits are depleted", "credit is depleted", "prepayment credit", "prepay credit")) {
            return verdict.noCredit();
        }
        if (error.hasReason("BILLING_DISABLED") || error.hasReason("BILLING_NOT_ENABLED")) {
            return verdict.billing(
                    FailureCause.BILLING_DISABLED,
                    asked.ofProject(),
                    "The project has no billing; link it to a billing account");
        }
        return null;
    }

    private static boolean saysLimitOfNone(GoogleError error) {
        return error.violations().isEmpty() && error.saysOneOf("limit: 0,", "limit: 0\n", "limit: 0 ", "limit: 0;");
    }

    private static boolean isOfDay(GoogleError error) {
        return error.name().toLowerCase(Locale.ROOT).equals("quota_exceeded")
                || error.violations().stream().anyMatch(GoogleError.Violation::isPerDay)
                || (error.violations().isEmpty() && error.namesDay());
    }

    private static boolean isOfMinute(GoogleError error) {
        return !error.violations().isEmpty()
                || error.retryDelay() != null
                || error.name().toLowerCase(Locale.ROOT).equals("rate_limit_exceeded")
                || error.hasReason("RATE_LIMIT_EXCEEDED")
                || error.saysOneOf("quota exceeded", "exceeded your current quota");
    }

    private static Failure rateLimited(Verdict verdict) {
        Asked asked = verdict.asked();
        return verdict.until(
                asked.in(within(SHORTEST, verdict.error().retryDelay(), MINUTE)),
                FailureKind.RATE_LIMITED,
                FailureCause.MINUTE_QUOTA,
                asked.ofProjectAndModel(),
                "The project's quota per minute is used up");
    }

    private static Duration within(Duration least, @Nullable Duration hint, Duration otherwise) {
        Duration wanted = hint == null ? otherwise : hint;
        Duration atLeast = wanted.compareTo(least) < 0 ? least : wanted;
        return atLeast.compareTo(LONGEST) > 0 ? LONGEST : atLeast;
    }
}

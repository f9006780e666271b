package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the pool learns from an error.
 *
 * @param failure the failure
 * @param exceededQuotas the quotas that the error says are used up, with their limits; empty unless the failure is one of
 *     quota
 * @param consumerProject the number or ID of the Google project that the error names as the caller's; null if it names none
 */
public record ErrorVerdict(
        Failure failure,
        List<ExceededQuota> exceededQuotas,
        @Nullable String consumerProject) {

    private static final int GATEWAY_TIMEOUT = 504;

    /**
     * Returns the verdict on the same error in response to a request of the flex tier. Gemini serves such requests with
     * the capacity that others leave, so an error that names no quota says nothing about the others.
     */
    public ErrorVerdict ofFlex() {
        boolean ofCapacity = switch (failure.kind()) {
            case OVERLOADED -> true;
            case RATE_LIMITED -> exceededQuotas.isEmpty();
            case SERVER_ERROR -> failure.status() == GATEWAY_TIMEOUT;
            default -> false;
        };
        return ofCapacity ? new ErrorVerdict(noFlexCapacity(failure), List.of(), consumerProject) : this;
    }

    /**
     * Returns the verdict on a request of the flex tier that got no response in time, from the verdict on any other
     * request.
     */
    public static Failure unansweredFlex(Failure failure) {
        return new Failure(
                failure.kind(),
                FailureCause.FLEX_CAPACITY,
                failure.scope(),
                failure.until(),
                failure.lasting(),
                failure.status(),
                failure.reason());
    }

    private static Failure noFlexCapacity(Failure failure) {
        return new Failure(
                failure.kind() == FailureKind.SERVER_ERROR ? failure.kind() : FailureKind.OVERLOADED,
                FailureCause.FLEX_CAPACITY,
                new Scope.None(),
                failure.until(),
                false,
                failure.status(),
                "Gemini has no spare capacity for the flex tier; try again later, or use the standard tier: "
                        + failure.reason());
    }

    static ErrorVerdict of(Failure failure, GoogleError error) {
        boolean ofQuota =
                failure.kind() == FailureKind.RATE_LIMITED || failure.kind() == FailureKind.DAILY_QUOTA_EXHAUSTED;
        return new ErrorVerdict(failure, ofQuota ? ExceededQuota.in(error) : List.of(), error.consumerProject());
    }
}

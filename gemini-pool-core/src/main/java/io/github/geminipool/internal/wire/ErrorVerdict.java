package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
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

    static ErrorVerdict of(Failure failure, GoogleError error) {
        boolean ofQuota =
                failure.kind() == FailureKind.RATE_LIMITED || failure.kind() == FailureKind.DAILY_QUOTA_EXHAUSTED;
        return new ErrorVerdict(failure, ofQuota ? ExceededQuota.in(error) : List.of(), error.consumerProject());
    }
}

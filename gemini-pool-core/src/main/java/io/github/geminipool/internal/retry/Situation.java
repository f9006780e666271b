package io.github.geminipool.internal.retry;

import java.time.Duration;

/**
 * What a decision after a failure depends on, besides the failure.
 *
 * @param attempts how many attempts were made before, this one included, failovers not counted
 * @param maxAttempts how many are allowed
 * @param bodyIsThere whether the request's body can be sent again
 * @param mayHaveHadEffect whether the server may have carried out the request
 * @param retryable whether it may be carried out twice
 * @param failedSoBefore whether an earlier attempt of the call failed at the same scope
 * @param confirmsOutage whether the attempt was to find out whether everybody still fails, and found that so
 * @param elsewhere whether a key of another project may be used now
 * @param asked how long the server asks to wait; 0 if it does not say
 * @param remaining the time until the call's deadline
 */
public record Situation(
        int attempts,
        int maxAttempts,
        boolean bodyIsThere,
        boolean mayHaveHadEffect,
        boolean retryable,
        boolean failedSoBefore,
        boolean confirmsOutage,
        boolean elsewhere,
        Duration asked,
        Duration remaining) {}

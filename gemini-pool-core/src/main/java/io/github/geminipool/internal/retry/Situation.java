package io.github.geminipool.internal.retry;

import java.time.Duration;

/**
 * The circumstances of a failure on which the decision depends.
 *
 * @param attempts the number of attempts so far, this one included, failovers not
 * @param maxAttempts the maximum number of attempts
 * @param bodyReusable whether the request's body can be sent again
 * @param mayBeExecuted whether the server may have executed the request
 * @param idempotent whether the request may be executed twice
 * @param failedSoBefore whether an earlier attempt of the call failed at the same scope
 * @param confirmsOutage whether the attempt was the probe of an outage, which continues
 * @param elsewhere whether a key of another project is usable now
 * @param serverDelay the delay that the server asks for; 0 if none
 * @param remaining the time until the call's deadline
 */
public record Situation(
        int attempts,
        int maxAttempts,
        boolean bodyReusable,
        boolean mayBeExecuted,
        boolean idempotent,
        boolean failedSoBefore,
        boolean confirmsOutage,
        boolean elsewhere,
        Duration serverDelay,
        Duration remaining) {}

package io.github.geminipool.internal.retry;

import java.time.Duration;

/**
 * The circumstances of a failure on which the decision depends.
 *
 * @param attempts the number of attempts so far, this one included, failovers not
 * @param backOffs the number of retries so far that waited
 * @param maxAttempts the maximum number of attempts
 * @param bodyReusable whether the request's body can be sent again
 * @param mayBeExecuted whether the server may have executed the request
 * @param idempotent whether the request may be executed twice
 * @param failedSoBefore whether an earlier attempt of the call failed at the same scope
 * @param confirmsOutage whether the attempt was the probe of an outage, which continues
 * @param elsewhere whether the failure does not say whom it concerns, and a key that has not failed the call is usable now
 * @param serverDelay the delay that the server asks for; 0 if none
 * @param remaining the time until the call's deadline
 * @param elapsed the time since the call began
 */
public record Situation(
        int attempts,
        int backOffs,
        int maxAttempts,
        boolean bodyReusable,
        boolean mayBeExecuted,
        boolean idempotent,
        boolean failedSoBefore,
        boolean confirmsOutage,
        boolean elsewhere,
        Duration serverDelay,
        Duration remaining,
        Duration elapsed) {}

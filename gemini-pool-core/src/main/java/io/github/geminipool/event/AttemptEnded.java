package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt ended: its response was read to the end or closed, or it failed. Each attempt that starts ends exactly once.
 *
 * @param model the model of the attempt; for a call that fell back, the fallback
 * @param key name of the key
 * @param project name of the key's project
 * @param instance index of the instance in its model pool, from 0
 * @param failure why the attempt failed; null if it succeeded
 * @param empty how the response is empty; null if it has content or there is no response. An attempt with an empty response counts as
 *     a success
 * @param response facts from the response: model version, finish reason, tokens; null if there are none
 * @param sent whether any part of the request may have reached the server
 * @param elapsed time from the lease to the end of the attempt
 */
public record AttemptEnded(
        String model,
        String key,
        String project,
        int instance,
        @Nullable Failure failure,
        @Nullable EmptyResponse empty,
        @Nullable ResponseFacts response,
        boolean sent,
        Duration elapsed) {}

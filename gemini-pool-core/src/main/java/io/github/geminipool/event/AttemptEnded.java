package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt ended: its answer was read to the end or closed, or it failed. Each started attempt ends once.
 *
 * @param model the model that it asks: of a call that fell back, the fallback
 * @param key the key's name
 * @param project the project's name
 * @param instance the index of the instance in its model pool
 * @param failure the verdict, or null for a success
 * @param empty what kind of empty its answer is, or null if it says something or there is none; it is a success all the
 *     same
 * @param response what its answer says of itself: the model's version, why it stopped, tokens; null if it says nothing of that,
 *     or there is none
 * @param sent whether any part of the request may have reached the server
 * @param elapsed from the lease to its end
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

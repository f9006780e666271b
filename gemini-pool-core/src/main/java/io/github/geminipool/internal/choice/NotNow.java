package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.health.Exclusions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * No key that a filter accepts is available now.
 *
 * @param keys the keys of the model
 * @param filter the filter
 * @param atNanos when the first of them becomes available
 * @param areSlotsAsked whether slots of a shared store are on order
 * @param nowNanos when this was determined
 */
record NotNow(
        List<ModelKey> keys,
        Exclusions exclusions,
        FallbackReasons fallbacks,
        KeyFilter filter,
        long atNanos,
        boolean areSlotsAsked,
        long nowNanos)
        implements Availability.Later {

    @Override
    public boolean mayEndAnyMoment() {
        return areSlotsAsked
                || (exclusions.areProbed()
                        && keys.stream().anyMatch(key -> key.isProbed(nowNanos) && filter.accepts(key.health())));
    }

    @Override
    public @Nullable Failure fallBackFor() {
        return fallbacks.of(keys, filter, nowNanos);
    }
}

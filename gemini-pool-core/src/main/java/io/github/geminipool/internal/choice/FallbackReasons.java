package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Outage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The failures of a model for which another model may serve a call. Guarded by the model pool's lock. */
final class FallbackReasons {

    private final Outage outage;

    FallbackReasons(Outage outage) {
        this.outage = outage;
    }

    /** Returns the overload because of which no key may be used for the model; null if there is none. */
    @Nullable
    Failure overload(long nowNanos) {
        return curedByAnotherModel(outage.cell().at(nowNanos));
    }

    /**
     * Returns the failure because of which a call should fall back to another model; null if that would not help. The call's
     * earlier rejections do not count: what rejected it then may be tried again.
     *
     * @param keys the keys of the model
     * @param filter accepts the keys that the call may use
     */
    @Nullable
    Failure of(List<ModelKey> keys, KeyFilter filter, long nowNanos) {
        Failure overload = overload(nowNanos);
        return overload != null ? overload : ofKeys(keys, filter.afresh(), nowNanos);
    }

    private static @Nullable Failure ofKeys(List<ModelKey> keys, KeyFilter filter, long nowNanos) {
        for (ModelKey key : keys) {
            Failure failure = curedByAnotherModel(key.exclusion(nowNanos));
            if (failure != null && filter.accepts(key.health())) {
                return failure;
            }
        }
        return null;
    }

    private static @Nullable Failure curedByAnotherModel(@Nullable Exclusion exclusion) {
        Failure failure = exclusion == null ? null : exclusion.failure();
        return failure != null && failure.isCuredByAnotherModel() ? failure : null;
    }
}

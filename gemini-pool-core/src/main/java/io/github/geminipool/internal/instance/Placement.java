package io.github.geminipool.internal.instance;

import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import org.jspecify.annotations.Nullable;

/**
 * Where a chat has its place: what serves its messages as long as it can.
 *
 * @param project the project of the key
 * @param key the name of the key
 * @param instance the index of the instance; -1 if none was idle
 */
public record Placement(String project, String key, int instance) {

    /**
     * Returns what would serve a request now, and counts that as a use of the key, so that chats created in a row are spread over
     * the keys. If all quotas are used up, this is a key that waits only for its quota. Called under the model pool's lock.
     *
     * @return null if no accepted key can be used
     */
    public static @Nullable Placement choose(ModelKeys keys, Instances instances, KeyFilter filter, long nowNanos) {
        Availability found = keys.look(filter, 0, nowNanos);
        if (!(found instanceof ModelKey)) {
            found = keys.look(filter, -1, nowNanos);
        }
        if (!(found instanceof ModelKey key)) {
            return null;
        }
        keys.placed(key);
        int instance = instances.isAnyIdle() ? instances.bestFor(key).index() : -1;
        return new Placement(key.project().name(), key.keyName(), instance);
    }
}

package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.ReloadedKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changed when the keys were reloaded. It names keys, and shows no secrets.
 *
 * @param added names of the new keys
 * @param replaced names of the keys with a new value or project
 * @param removed names of the keys that are no longer there
 * @param switched names of the keys that were enabled or disabled
 * @param keys number of keys now
 * @param problem why nothing changed; null if the source was read
 * @param notes where the keys come from, and which sources were not reloaded
 */
public record ReloadedKeysDescriptor(
        List<String> added,
        List<String> replaced,
        List<String> removed,
        List<String> switched,
        int keys,
        @Nullable String problem,
        List<String> notes) {

    static ReloadedKeysDescriptor of(ReloadedKeys reloaded, List<String> notes) {
        return new ReloadedKeysDescriptor(
                reloaded.added(),
                reloaded.replaced(),
                reloaded.removed(),
                reloaded.switched(),
                reloaded.keys(),
                reloaded.problem(),
                notes);
    }
}

package io.github.geminipool;

import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyChanged.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changed when the keys were reloaded. It names keys, and shows no secrets.
 *
 * @param added names of the new keys
 * @param replaced names of the keys with a new secret or project
 * @param removed names of the keys that are no longer there
 * @param switched names of the keys that were enabled or disabled
 * @param keys number of keys now
 * @param problem why nothing changed; null if the source was read
 */
public record ReloadedKeys(
        List<String> added,
        List<String> replaced,
        List<String> removed,
        List<String> switched,
        int keys,
        @Nullable String problem) {

    /** Copies the lists. */
    public ReloadedKeys {
        added = List.copyOf(added);
        replaced = List.copyOf(replaced);
        removed = List.copyOf(removed);
        switched = List.copyOf(switched);
    }

    static ReloadedKeys of(List<KeyChanged> changes, int keys, @Nullable String problem) {
        return new ReloadedKeys(
                names(changes, Change.ADDED),
                names(changes, Change.REPLACED),
                names(changes, Change.REMOVED),
                changes.stream()
                        .filter(change -> change.change() == Change.ENABLED || change.change() == Change.DISABLED)
                        .map(KeyChanged::key)
                        .toList(),
                keys,
                problem);
    }

    private static List<String> names(List<KeyChanged> changes, Change kind) {
        return changes.stream()
                .filter(change -> change.change() == kind)
                .map(KeyChanged::key)
                .toList();
    }

    /** Returns whether any key changed. */
    public boolean hasChanged() {
        return !(added.isEmpty() && replaced.isEmpty() && removed.isEmpty() && switched.isEmpty());
    }

    /** Returns what changed, in words. */
    @Override
    public String toString() {
        if (problem != null) {
            return "nothing has changed: " + problem;
        }
        return (hasChanged()
                        ? part("added", added)
                                + part("replaced", replaced)
                                + part("removed", removed)
                                + part("enabled or disabled", switched)
                        : "nothing has changed, ")
                + keys + (keys == 1 ? " key" : " keys") + " now";
    }

    private static String part(String what, List<String> names) {
        return names.isEmpty() ? "" : what + " " + String.join(", ", names) + "; ";
    }
}

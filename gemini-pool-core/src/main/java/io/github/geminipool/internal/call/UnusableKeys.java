package io.github.geminipool.internal.call;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that could not serve a call: all of them are counted, and the first ones named.
 *
 * @param named the reasons of the first keys, by key name
 * @param all the number of keys
 * @param isOutage whether an outage of the model or of the network address keeps them, so that other keys would not help
 */
record UnusableKeys(Map<String, String> named, int all, boolean isOutage) {

    static UnusableKeys of(Map<String, Exclusion> exclusions, int most, PoolClock clock) {
        Map<String, String> named = new LinkedHashMap<>();
        boolean outage = false;
        for (Map.Entry<String, Exclusion> entry : exclusions.entrySet()) {
            Scope scope = entry.getValue().scope();
            outage |= scope instanceof Scope.Model || scope instanceof Scope.Egress;
            if (named.size() < most) {
                named.put(entry.getKey(), entry.getValue().inWords(clock));
            }
        }
        return new UnusableKeys(named, exclusions.size(), outage);
    }

    /** Returns a sentence with a leading space; empty if all keys could serve the call. */
    String inWords(String forModel) {
        if (named.isEmpty()) {
            return "";
        }
        Map<String, List<String>> keysByReason = new LinkedHashMap<>();
        named.forEach((key, reason) ->
                keysByReason.computeIfAbsent(reason, r -> new ArrayList<>()).add(key));
        List<String> groups = new ArrayList<>();
        keysByReason.forEach((reason, keys) -> groups.add(String.join(", ", keys) + " (" + reason + ")"));
        int more = all - named.size();
        return " Unusable" + (forModel.isEmpty() ? "" : " " + forModel) + ": "
                + (more == 0 ? "" : all + " keys, such as ")
                + String.join("; ", groups) + ".";
    }
}

package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.stats.ReplicaStats;
import io.github.geminipool.stats.SharingStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * State of all replicas together, as each has published it within the last 30 seconds.
 *
 * @param note why other replicas are not shown; null if they are
 * @param calls number of completed calls, including failed ones
 * @param failedCalls number of calls that ended without a response
 * @param attempts number of completed attempts
 * @param failedAttempts number of failed attempts
 * @param active number of attempts in flight
 * @param waiting number of calls waiting for an instance or a key
 * @param attemptsByModel number of completed attempts by model
 * @param attemptsByKey number of completed attempts by key, under this replica's names for the keys
 * @param replicas the part of each replica, sorted by name
 */
public record ReplicasDescriptor(
        @Nullable String note,
        long calls,
        long failedCalls,
        long attempts,
        long failedAttempts,
        long active,
        long waiting,
        Map<String, Long> attemptsByModel,
        Map<String, Long> attemptsByKey,
        List<ReplicaDescriptor> replicas) {

    private static final String UNNAMED = "this replica";

    /**
     * One replica's part.
     *
     * @param replica its name
     * @param self whether it is the replica that answers, whose figures are current
     * @param present whether it has been heard from in the last ten seconds; if not, it is cut off from the store, or gone
     * @param aloneSince since when the store has not served it, as an ISO 8601 instant; null if it does
     * @param ageMillis how long ago it published this; null if it has not done so yet
     * @param calls number of completed calls, including failed ones
     * @param failedCalls number of calls that ended without a response
     * @param attempts number of completed attempts
     * @param failedAttempts number of failed attempts
     * @param active number of attempts in flight
     * @param waiting number of calls waiting for an instance or a key
     */
    public record ReplicaDescriptor(
            String replica,
            boolean self,
            boolean present,
            @Nullable String aloneSince,
            @Nullable Long ageMillis,
            long calls,
            long failedCalls,
            long attempts,
            long failedAttempts,
            int active,
            int waiting) {

        private static ReplicaDescriptor of(ReplicaStats stats, boolean self, boolean present) {
            Instant aloneSince = stats.aloneSince();
            return new ReplicaDescriptor(
                    stats.replica(),
                    self,
                    present,
                    aloneSince == null ? null : aloneSince.toString(),
                    stats.age().toMillis(),
                    stats.calls(),
                    stats.failedCalls(),
                    stats.attempts(),
                    stats.failedAttempts(),
                    stats.active(),
                    stats.waiting());
        }

        private static ReplicaDescriptor unpublished(String replica) {
            return new ReplicaDescriptor(replica, false, true, null, null, 0, 0, 0, 0, 0, 0);
        }
    }

    /** Describes all replicas; {@code all} holds those that have published figures. */
    static ReplicasDescriptor of(List<ReplicaStats> all, @Nullable SharingStats sharing, @Nullable String note) {
        Map<String, Long> byModel = new TreeMap<>();
        Map<String, Long> byKey = new TreeMap<>();
        for (ReplicaStats replica : all) {
            replica.models().forEach(model -> byModel.merge(model.model(), model.attempts(), Long::sum));
            replica.keys().forEach(key -> byKey.merge(key.key(), key.attempts(), Long::sum));
        }
        return new ReplicasDescriptor(
                note,
                sum(all, ReplicaStats::calls),
                sum(all, ReplicaStats::failedCalls),
                sum(all, ReplicaStats::attempts),
                sum(all, ReplicaStats::failedAttempts),
                sum(all, ReplicaStats::active),
                sum(all, ReplicaStats::waiting),
                byModel,
                byKey,
                replicas(all, sharing));
    }

    private static List<ReplicaDescriptor> replicas(List<ReplicaStats> all, @Nullable SharingStats sharing) {
        Map<String, ReplicaDescriptor> byName = new TreeMap<>();
        if (sharing != null) {
            sharing.members().forEach(member -> byName.put(member, ReplicaDescriptor.unpublished(member)));
        }
        for (ReplicaStats each : all) {
            boolean self = sharing == null || each.replica().equals(sharing.replica());
            boolean present = self || byName.containsKey(each.replica());
            byName.put(each.replica(), ReplicaDescriptor.of(each, self, present));
        }
        return new ArrayList<>(byName.values());
    }

    /** Describes this replica only. */
    static ReplicasDescriptor ofOne(PoolStats stats, KeyStats keys, @Nullable SharingStats sharing, String note) {
        ReplicaStats own = ReplicaStats.of(
                sharing == null ? UNNAMED : sharing.replica(),
                sharing == null ? null : sharing.aloneSince(),
                stats,
                keys);
        return of(List.of(own), sharing, note);
    }

    private static long sum(List<ReplicaStats> all, ToLongFunction<ReplicaStats> figure) {
        return all.stream().mapToLong(figure).sum();
    }
}

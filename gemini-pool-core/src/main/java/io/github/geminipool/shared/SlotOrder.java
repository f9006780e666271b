package io.github.geminipool.shared;

import io.github.geminipool.key.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for slots, and reports what became of earlier ones. An order without wanted slots only reports. Immutable.
 *
 * @param bucket whose quota
 * @param limits as configured in this replica: components that are null are unknown, and {@code share} applies to all limits. Where
 *     replicas differ, the smallest limit of the last two minutes holds for all
 * @param dayEnds when the day of quotas ends: the next midnight Pacific time by this replica's clock. Stores do not believe it if it
 *     is past or more than 26 hours ahead
 * @param known what this replica last saw of the books; null if nothing, or if they were lost since then
 * @param wanted what each wanted slot is for, in the order of need; may be empty
 * @param turns how many of the wanted slots may be for a time to come, if there is none for now
 * @param within how far ahead such a time may lie
 * @param changes what has happened since the last order, in this order; they are applied before slots are given
 */
public record SlotOrder(
        QuotaBucket bucket,
        Limits limits,
        Instant dayEnds,
        @Nullable BooksVersion known,
        List<SlotSize> wanted,
        int turns,
        Duration within,
        List<SlotChange> changes) {

    /** Copies the lists. */
    public SlotOrder {
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(dayEnds, "dayEnds");
        Objects.requireNonNull(within, "within");
        wanted = List.copyOf(wanted);
        changes = List.copyOf(changes);
    }
}

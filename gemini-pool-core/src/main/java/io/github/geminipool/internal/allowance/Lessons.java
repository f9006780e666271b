package io.github.geminipool.internal.allowance;

import io.github.geminipool.event.ForeignUse;
import java.util.List;

/**
 * What a refusal for a quota shows.
 *
 * @param limitsTooHigh a message for each configured limit newly found to be too high
 * @param foreignUse the use of the quotas by others, as far as the refusal shows it
 */
public record Lessons(List<String> limitsTooHigh, List<ForeignUse> foreignUse) {

    /** Nothing was learned. */
    static final Lessons NONE = new Lessons(List.of(), List.of());
}

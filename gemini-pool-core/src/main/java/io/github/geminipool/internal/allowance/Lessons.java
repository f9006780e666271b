package io.github.geminipool.internal.allowance;

import io.github.geminipool.event.ForeignUse;
import java.util.List;

/**
 * What a refusal for a quota teaches.
 *
 * @param limitsTooHigh a message for each configured limit newly found to be too high
 * @param foreignUse what others use of the quotas, as far as the refusal shows that they do
 */
public record Lessons(List<String> limitsTooHigh, List<ForeignUse> foreignUse) {

    /** Nothing. */
    static final Lessons NONE = new Lessons(List.of(), List.of());
}

package io.github.geminipool.internal.health;

import java.util.List;

/**
 * What follows from the end of an attempt.
 *
 * @param excluded what is not used for a while
 * @param restored what is used again before its time
 * @param confirmsOutage whether it was to find out whether an outage is over, and it is not
 */
public record Aftermath(List<Exclusion> excluded, List<Exclusion> restored, boolean confirmsOutage) {

    static final Aftermath NONE = new Aftermath(List.of(), List.of(), false);
}

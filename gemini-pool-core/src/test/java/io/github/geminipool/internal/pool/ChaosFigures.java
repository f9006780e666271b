package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.FailureKind;
import java.util.EnumMap;
import java.util.Map;

/** The totals of the simulated chaos over all seeds. */
final class ChaosFigures {

    long calls;
    long succeeded;
    long failed;
    long refused;
    long cancelled;
    long attempts;
    long probes;
    long excluded;
    long restored;
    long rotated;
    final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
    final Map<ChaosPlan.Fault, Long> faults = new EnumMap<>(ChaosPlan.Fault.class);

    @Override
    public String toString() {
        long switched = faults.values().stream().mapToLong(Long::longValue).sum();
        return calls + " calls: " + succeeded + " succeeded, " + failed + " failed, " + refused + " refused, "
                + cancelled + " cancelled; " + attempts + " attempts and " + probes + " probes, failed by " + failures
                + "; " + excluded + " exclusions, " + restored + " restored, " + rotated + " rotations; " + switched
                + " faults switched: " + faults;
    }
}

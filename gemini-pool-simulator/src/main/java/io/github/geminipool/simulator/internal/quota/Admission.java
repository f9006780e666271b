package io.github.geminipool.simulator.internal.quota;

import io.github.geminipool.simulator.ServiceTier;
import java.util.List;

/**
 * Whether a request was admitted.
 *
 * @param violations the exceeded quotas; empty if it was admitted
 * @param served the service tier that serves it
 */
public record Admission(List<Violation> violations, ServiceTier served) {
    /** Copies the violations. */
    public Admission {
        violations = List.copyOf(violations);
    }
}

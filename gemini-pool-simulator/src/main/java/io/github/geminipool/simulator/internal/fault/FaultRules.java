package io.github.geminipool.simulator.internal.fault;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.simulator.internal.journal.InFlight;
import io.github.geminipool.simulator.internal.wire.WireBodies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The fault rules and their request counts. Thread-safe. */
public final class FaultRules {
    private final RandomGenerator random;
    private final InFlight inFlight;
    private final WireBodies bodies;
    private final List<Rule> rules = new ArrayList<>();

    /**
     * Creates an empty set of rules.
     *
     * @param random for probabilities and latencies
     * @param inFlight for barriers
     * @param bodies recorded bodies that faults may name
     */
    public FaultRules(RandomGenerator random, InFlight inFlight, WireBodies bodies) {
        this.random = random;
        this.inFlight = inFlight;
        this.bodies = bodies;
    }

    /**
     * Adds a fault after the existing ones.
     *
     * @param fault the rule
     */
    public synchronized void add(Fault fault) {
        if (fault.action() instanceof FaultAction.Wire wire) {
            bodies.require(wire.name());
        } else if (fault.action() instanceof FaultAction.ErrorInStream error && !isBody(error.error())) {
            bodies.require(error.error());
        }
        rules.add(new Rule(
                fault,
                fault.action() instanceof FaultAction.WhenInFlight when ? inFlight.barrier(when.requests()) : null));
    }

    /**
     * Returns whether a stream error's text is a body rather than the name of one.
     *
     * @param text body or name
     * @return whether it is a body
     */
    public static boolean isBody(String text) {
        return text.startsWith("{") || text.startsWith("[");
    }

    /** Removes all faults; requests held by one continue. */
    public void clear() {
        List<Rule> removed;
        synchronized (this) {
            removed = new ArrayList<>(rules);
            rules.clear();
        }
        removed.forEach(Rule::end);
    }

    /**
     * Counts a request and returns the faults that apply to it.
     *
     * @param request the request
     * @return the faults that apply
     */
    public synchronized FaultMatch match(RequestRecord request) {
        Duration delay = Duration.ZERO;
        List<InFlight.Barrier> barriers = new ArrayList<>();
        FaultAction decisive = null;
        for (Rule rule : rules) {
            if (!rule.fault.fits(request) || !rule.applies(random)) {
                continue;
            }
            FaultAction action = rule.fault.action();
            if (action instanceof FaultAction.Delay wait) {
                delay = delay.plus(wait.latency().next(random));
            } else if (rule.barrier != null) {
                barriers.add(rule.barrier);
            } else if (decisive == null) {
                decisive = action;
            }
        }
        return new FaultMatch(delay, barriers, decisive);
    }

    private static final class Rule {
        private final Fault fault;
        private final InFlight.@Nullable Barrier barrier;
        private long matched;

        private Rule(Fault fault, InFlight.@Nullable Barrier barrier) {
            this.fault = fault;
            this.barrier = barrier;
        }

        private boolean applies(RandomGenerator random) {
            matched++;
            return matched >= fault.from()
                    && matched <= fault.to()
                    && (fault.probability() >= 1 || random.nextDouble() < fault.probability());
        }

        private void end() {
            if (barrier != null) {
                barrier.remove();
            }
        }
    }
}

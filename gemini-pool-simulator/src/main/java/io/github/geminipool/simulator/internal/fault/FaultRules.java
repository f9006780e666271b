package io.github.geminipool.simulator.internal.fault;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.journal.InFlight;
import io.github.geminipool.simulator.internal.wire.WireBodies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The faults in force, and how often each was met. Thread-safe. */
public final class FaultRules {
    private final RandomGenerator random;
    private final InFlight inFlight;
    private final WireBodies bodies;
    private final List<Rule> rules = new ArrayList<>();

    /**
     * No faults.
     *
     * @param random for probabilities and latencies
     * @param inFlight what barriers look at
     * @param bodies the bodies that faults may name
     */
    public FaultRules(RandomGenerator random, InFlight inFlight, WireBodies bodies) {
        this.random = random;
        this.inFlight = inFlight;
        this.bodies = bodies;
    }

    /**
     * Adds a fault after all others.
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
     * Whether the text of a stream's error is a body, not the name of one.
     *
     * @param text body or name
     * @return true for a body
     */
    public static boolean isBody(String text) {
        return text.startsWith("{") || text.startsWith("[");
    }

    /** Removes all faults; requests held by one go on. */
    public void clear() {
        List<Rule> removed;
        synchronized (this) {
            removed = new ArrayList<>(rules);
            rules.clear();
        }
        removed.forEach(Rule::end);
    }

    /**
     * What happens to a request; counts it.
     *
     * @param key its secret
     * @param model its model
     * @param operation what it asks for
     * @return the faults that apply
     */
    public synchronized FaultMatch match(String key, String model, Operation operation) {
        Duration delay = Duration.ZERO;
        List<InFlight.Barrier> barriers = new ArrayList<>();
        FaultAction decisive = null;
        for (Rule rule : rules) {
            if (!rule.fault.fits(key, model, operation) || !rule.applies(random)) {
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
        private long met;

        private Rule(Fault fault, InFlight.@Nullable Barrier barrier) {
            this.fault = fault;
            this.barrier = barrier;
        }

        private boolean applies(RandomGenerator random) {
            met++;
            return met >= fault.from()
                    && met <= fault.to()
                    && (fault.probability() >= 1 || random.nextDouble() < fault.probability());
        }

        private void end() {
            if (barrier != null) {
                barrier.remove();
            }
        }
    }
}

package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Several replicas of an application in one virtual time, the store that they share, and Gemini's quotas. */
final class ReplicaWorld {

    /** So long after an event its consequences last: those of a minute, and what is learned from them. */
    private static final double AFTERMATH = 75;

    final VirtualTime time = new VirtualTime();
    final SimulatedStore store;
    final List<SimulatedReplica> replicas = new ArrayList<>();
    final int projects;
    final int perMinute;
    private final Random random;
    private final Limits limits;
    private final Map<String, ArrayDeque<Long>> admitted = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private double troubleUntil = -1;
    private double refusalsUntil = -1;
    private final Map<String, String> aliases = new HashMap<>();
    private @Nullable String namedInRefusals;
    private long sends;
    private long refusals;

    ReplicaWorld(long seed, int projects, int perMinute) {
        this(seed, projects, Limits.NONE.withRequestsPerMinute(perMinute));
    }

    ReplicaWorld(long seed, int projects, Limits limits) {
        this.random = new Random(seed);
        this.projects = projects;
        this.perMinute = limits.requestsPerMinute() == null ? Integer.MAX_VALUE : limits.requestsPerMinute();
        this.limits = limits;
        this.store = new SimulatedStore(time, new Random(random.nextLong()));
    }

    /** Makes Gemini's refusals name the model, of which all other names are aliases. */
    void namesTheModel() {
        namedInRefusals = SimulatedReplica.REAL_NAME;
    }

    @Nullable
    String namedInRefusals() {
        return namedInRefusals;
    }

    String modelBehind(String name) {
        return aliases.getOrDefault(name, name);
    }

    /** Makes all replicas know a name of the model in a millisecond. */
    void aliasLearned(String alias, String model) {
        if (!model.equals(aliases.get(alias))) {
            note(alias + " is " + model);
            in(0.001, () -> {
                aliases.put(alias, model);
                replicas.stream()
                        .filter(replica -> replica.model().equals(alias))
                        .forEach(replica -> replica.pool().keysChanged());
            });
        }
    }

    /** Adds a replica whose wall clock is off by up to two seconds. */
    SimulatedReplica join() {
        return join(SimulatedReplica.MODEL);
    }

    /** Adds a replica that calls the model by a name. */
    SimulatedReplica join(String model) {
        Duration skew = Duration.ofMillis(random.nextInt(4_001) - 2_000);
        SimulatedReplica made = new SimulatedReplica(
                this, "r" + replicas.size(), model, skew, 200, projects, limits, random.nextLong());
        replicas.add(made);
        return made;
    }

    long nanos() {
        return time.clock().nanos();
    }

    double seconds() {
        return nanos() / 1e9;
    }

    void in(double seconds, Runnable task) {
        var unused = time.schedule(nanos() + (long) (seconds * 1e9), task);
    }

    /**
     * Records that something has happened whose consequences last for a while.
     *
     * @param mayBeRefused whether Gemini may refuse requests because of it
     */
    void event(String what, double lasting, boolean mayBeRefused) {
        troubleUntil = Math.max(troubleUntil, seconds() + lasting + AFTERMATH);
        refusalsUntil = mayBeRefused ? troubleUntil : refusalsUntil;
        note(what);
    }

    void note(String what) {
        log.add(String.format(Locale.ROOT, "%.6f %s", seconds(), what));
    }

    /** Returns in how many seconds a project has room; 0 if a request is admitted. */
    double gemini(SimulatedReplica replica, String project) {
        ArrayDeque<Long> last = admitted.computeIfAbsent(project, any -> new ArrayDeque<>());
        long minuteAgo = nanos() - 60_000_000_000L;
        while (!last.isEmpty() && last.getFirst() <= minuteAgo) {
            last.removeFirst();
        }
        sends++;
        if (last.size() < perMinute) {
            last.addLast(nanos());
            note(replica.name() + " " + project);
            return 0;
        }
        refusals++;
        note(replica.name() + " " + project + " 429");
        if (seconds() >= refusalsUntil) {
            violations.add(String.format(Locale.ROOT, "%.3f: 429 without an event before it", seconds()));
        }
        return (last.getFirst() - minuteAgo) / 1e9;
    }

    /** Records that a call got no key. */
    void refused(SimulatedReplica replica, double waited) {
        note(replica.name() + " gives up");
        boolean isRoom = IntStream.range(0, projects)
                .anyMatch(i -> store.hasRoom(new QuotaBucket("p" + i, modelBehind(SimulatedReplica.MODEL))));
        if (isRoom && seconds() >= troubleUntil) {
            violations.add(String.format(
                    Locale.ROOT,
                    "%.3f: a call of %s failed after %.3f s while a key had room",
                    seconds(),
                    replica.name(),
                    waited));
        }
    }

    List<String> log() {
        return log;
    }

    List<String> violations() {
        List<String> all = new ArrayList<>(violations);
        all.addAll(store.violations());
        return all;
    }

    long sends() {
        return sends;
    }

    long refusals() {
        return refusals;
    }

    long admitted() {
        return sends - refusals;
    }
}

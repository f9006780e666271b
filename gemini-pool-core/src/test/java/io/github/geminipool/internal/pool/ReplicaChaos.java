package io.github.geminipool.internal.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Two minutes of replicas to which things happen, chosen by a seed, and then a while in which they come to rest. */
final class ReplicaChaos {

    private static final Duration LENGTH = Duration.ofMinutes(2);
    private static final int[] LIMITS = {10, 60, 60, 150};

    /** What may happen. */
    enum Happening {
        DOWN,
        SILENT,
        SLOW,
        VERY_SLOW,
        FLUSHED,
        EVICTED,
        FAILED_OVER,
        CUT_OFF,
        CRASHED,
        JOINED,
        LEFT,
        NOTHING;

        /** Returns whether Gemini may refuse requests because of it: replicas know too little of each other for a while. */
        boolean bringsRefusals() {
            return switch (this) {
                case DOWN, SILENT, SLOW, VERY_SLOW, FAILED_OVER, CUT_OFF -> true;
                default -> false;
            };
        }

        /** Returns whether requests may be sent without slots, or slots be lost, because of it. */
        boolean losesSlots() {
            return switch (this) {
                case DOWN, SILENT, VERY_SLOW, CUT_OFF, CRASHED -> true;
                default -> false;
            };
        }
    }

    final ReplicaWorld world;
    private final Random random;
    private final Set<Happening> happened = EnumSet.noneOf(Happening.class);

    ReplicaChaos(long seed) {
        this.random = new Random(seed);
        this.world = new ReplicaWorld(random.nextLong(), 1 + random.nextInt(5), LIMITS[random.nextInt(LIMITS.length)]);
    }

    /** Runs it; returns what must not have happened. */
    List<String> run() {
        int number = 2 + random.nextInt(4);
        double demand = (0.5 + random.nextDouble()) * world.projects * world.perMinute / 60;
        double weights = 0;
        List<Double> parts = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            parts.add(Math.pow(random.nextDouble(), 2) + 0.02);
            weights += parts.get(i);
        }
        for (double part : parts) {
            world.join().demand(demand * part / weights);
        }
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            Happening what = Happening.values()[random.nextInt(Happening.values().length)];
            world.in(5 + random.nextDouble() * 110, () -> happen(what, demand / number));
        }
        world.time.advance(LENGTH);
        world.replicas.forEach(replica -> replica.demand(0));
        world.time.advance(Duration.ofSeconds(40));
        List<String> wrong = new ArrayList<>(atRest());
        world.replicas.stream().filter(replica -> !replica.isGone()).forEach(SimulatedReplica::close);
        world.time.advance(Duration.ofSeconds(10));
        wrong.addAll(world.violations());
        wrong.addAll(slots());
        return wrong;
    }

    private void happen(Happening what, double demand) {
        happened.add(what);
        SimulatedReplica one = world.replicas.get(random.nextInt(world.replicas.size()));
        int seconds = 1 + random.nextInt(30);
        Duration length = Duration.ofSeconds(seconds);
        if (what != Happening.NOTHING) {
            world.event(what + " " + one.name() + " " + seconds + " s", seconds, mayBeRefused(what));
        }
        switch (what) {
            case DOWN -> world.store.down(length, false);
            case SILENT -> world.store.down(length, true);
            case SLOW -> world.store.slow(Duration.ofMillis(100), length);
            case VERY_SLOW -> world.store.slow(Duration.ofSeconds(2), length);
            case FLUSHED -> world.store.flush();
            case EVICTED -> world.store.evict();
            case FAILED_OVER -> world.store.failOver(Duration.ofSeconds(1));
            case CUT_OFF -> one.link().cutOff(length);
            case CRASHED -> one.crash();
            case JOINED -> world.join().demand(demand);
            case LEFT -> one.close();
            case NOTHING -> {}
        }
    }

    /** What a crashed replica has sent, it can't report when the books are lost. */
    private boolean mayBeRefused(Happening what) {
        boolean areLost = happened.contains(Happening.FLUSHED) || happened.contains(Happening.EVICTED);
        return what.bringsRefusals() || (areLost && happened.contains(Happening.CRASHED));
    }

    private List<String> atRest() {
        List<String> wrong = new ArrayList<>();
        for (SimulatedReplica replica : world.replicas) {
            if (!replica.isGone() && (replica.waiting() > 0 || replica.inFlight() > 0)) {
                wrong.add(replica.name() + " has " + replica.waiting() + " waiting and " + replica.inFlight()
                        + " in flight");
            }
        }
        return wrong;
    }

    /** Every slot was used or given back, unless something happened that loses slots. */
    private List<String> slots() {
        long leases =
                world.replicas.stream().mapToLong(replica -> replica.sends).sum();
        long withSlot = leases - world.store.sentAlone();
        long lost = world.store.given() - world.store.givenBack() - withSlot;
        boolean mayBeLost = happened.stream().anyMatch(Happening::losesSlots);
        return lost == 0 || mayBeLost
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "%d slots given, %d back, %d used",
                        world.store.given(),
                        world.store.givenBack(),
                        withSlot));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d replicas, %d × %d a minute, %s: %d sent, %d refused, %d orders",
                world.replicas.size(),
                world.projects,
                world.perMinute,
                happened,
                world.sends(),
                world.refusals(),
                world.store.orders());
    }
}

package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Four minutes of callers with limits that call several replicas, to whose store things happen, chosen by a seed. */
final class CallerChaos {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final double LENGTH = 240;
    private static final int[] LIMITS = {3, 10, 60, 150};
    private static final String[] CALLERS = {"listed", "x", "y"};

    /** What may happen. */
    enum Happening {
        NOTHING,
        DOWN,
        SILENT,
        SLOW,
        FLUSHED,
        FAILED_OVER,
        CUT_OFF;

        /** Returns whether a limit may be exceeded a little because of it: replicas know too little of each other for a while. */
        private boolean isTrouble() {
            return this != NOTHING && this != FLUSHED;
        }

        /** Returns whether requests may be sent without slots, or slots be lost, because of it. */
        private boolean losesSlots() {
            return isTrouble() && this != FAILED_OVER;
        }
    }

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedStore store;
    private final List<CallerReplica> replicas = new ArrayList<>();
    private final List<SimulatedStore.Link> links = new ArrayList<>();
    private final Map<String, Integer> limits = new TreeMap<>();
    private final Map<String, List<Long>> sent = new TreeMap<>();

    /** The calls that were neither cancelled nor unused, by caller. */
    private final Map<String, Integer> wanted = new TreeMap<>();

    private final List<LeaseRequest> requests = new ArrayList<>();
    private final Happening what;
    private final double demand;

    CallerChaos(long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.store = new SimulatedStore(time, new Random(random.nextLong()));
        this.what = Happening.values()[random.nextInt(Happening.values().length)];
        this.demand = 0.5 + random.nextDouble();
        int ofListed = LIMITS[random.nextInt(LIMITS.length)];
        int ofOthers = LIMITS[random.nextInt(LIMITS.length)];
        for (String caller : CALLERS) {
            limits.put(caller, caller.equals("listed") ? ofListed : ofOthers);
            sent.put(caller, new ArrayList<>());
        }
        int number = 2 + random.nextInt(3);
        for (int i = 0; i < number; i++) {
            SimulatedStore.Link link = store.connect("r" + i);
            links.add(link);
            replicas.add(new CallerReplica(
                    time,
                    link,
                    CallerLimits.of("listed").withRequestsPerMinute(ofListed),
                    CallerLimits.of("*").withRequestsPerMinute(ofOthers)));
        }
    }

    private double now() {
        return time.clock().nanos() / 1e9;
    }

    private void in(double seconds, Runnable task) {
        var unused = time.schedule(time.clock().nanos() + (long) (seconds * 1e9), task);
    }

    /** Runs it; returns what must not have happened. */
    List<String> run() {
        // They hear of each other.
        time.advance(Duration.ofSeconds(3));
        limits.keySet().forEach(this::next);
        in(60 + random.nextDouble() * 60, this::happen);
        time.advance(Duration.ofSeconds((long) LENGTH));
        time.advance(Duration.ofSeconds(90));
        List<String> wrong = new ArrayList<>(store.violations());
        limits.forEach((caller, limit) -> check(caller, limit, wrong));
        long left = requests.stream().filter(request -> !request.isSettled()).count();
        if (left > 0) {
            wrong.add(left + " requests still wait");
        }
        replicas.forEach(CallerReplica::close);
        time.advance(Duration.ofSeconds(10));
        checkSlots(wrong);
        return wrong;
    }

    private void happen() {
        Duration length = Duration.ofSeconds(1 + random.nextInt(30));
        switch (what) {
            case NOTHING -> {}
            case DOWN -> store.down(length, false);
            case SILENT -> store.down(length, true);
            case SLOW -> store.slow(Duration.ofSeconds(1), length);
            case FLUSHED -> store.flush();
            case FAILED_OVER -> store.failOver(Duration.ofSeconds(1));
            case CUT_OFF -> links.get(random.nextInt(links.size())).cutOff(length);
        }
    }

    private void next(String caller) {
        double perSecond = demand * limits.getOrDefault(caller, 1) / 60;
        in(-Math.log(1 - random.nextDouble()) / perSecond, () -> {
            if (now() < LENGTH) {
                call(caller);
                next(caller);
            }
        });
    }

    private void call(String caller) {
        CallerReplica of = replicas.get(random.nextInt(1 + random.nextInt(replicas.size())));
        ModelPool pool = random.nextBoolean() ? of.first : of.second;
        LeaseRequest made = of.request(
                pool,
                caller,
                Demand.REQUEST,
                Duration.ofSeconds(60),
                request -> in(0, () -> {
                    if (request.lease() != null) {
                        granted(caller, request.lease());
                    }
                }));
        requests.add(made);
        wanted.merge(caller, 1, Integer::sum);
        if (random.nextInt(10) == 0) {
            in(random.nextDouble() * random.nextInt(20), () -> {
                if (pool.cancel(made)) {
                    wanted.merge(caller, -1, Integer::sum);
                }
            });
        }
    }

    private void granted(String caller, Lease lease) {
        if (random.nextInt(20) == 0) {
            lease.unused();
            wanted.merge(caller, -1, Integer::sum);
            return;
        }
        sent.getOrDefault(caller, List.of()).add(lease.grantedNanos());
        in(0.5 + 3 * random.nextDouble(), () -> lease.complete(Outcome.SUCCESS));
    }

    private void check(String caller, int limit, List<String> wrong) {
        List<Long> times = sent.getOrDefault(caller, List.of());
        Collections.sort(times);
        int first = 0;
        int most = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= MINUTE) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        // Alone, each has one at least.
        double mayBe = what.isTrouble() ? limit * 1.4 + replicas.size() : limit;
        if (most > mayBe) {
            wrong.add(caller + " has sent " + most + " in a minute, of " + limit);
        }
        int calls = wanted.getOrDefault(caller, 0);
        // A minute's guard and the spread over it cost a little, a store that is away more.
        double room = (what.isTrouble() ? 0.75 : 0.9) * limit * LENGTH / 60;
        if (times.size() < Math.min(0.95 * calls, room) - 2) {
            wrong.add(caller + " has sent " + times.size() + " of " + calls);
        }
    }

    private void checkSlots(List<String> wrong) {
        long all = sent.values().stream().mapToLong(List::size).sum();
        long lost = store.given() - store.givenBack() - (all - store.sentAlone());
        if (lost != 0 && !what.losesSlots()) {
            wrong.add(store.given() + " slots given, " + store.givenBack() + " back, " + all + " used, "
                    + store.sentAlone() + " sent without one");
        }
    }

    @Override
    public String toString() {
        return replicas.size() + " replicas, " + limits + ", " + Math.round(100 * demand) + " %, " + what + ": "
                + store.orders() + " orders";
    }
}

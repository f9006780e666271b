package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Use;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Calls of several callers to one model pool in virtual time: how long each waits, and how many leases are granted meanwhile. */
final class TurnLoad {

    private static final double ANSWERED_AFTER = 1;

    private final ModelPool pool;
    private final VirtualTime time;
    private final Random random;
    final Callers callers;
    private final Map<Caller, Integer> waiting = new HashMap<>();

    /** Of the calls that came now and then: their waits in seconds, and in turns of all callers who waited when they came. */
    final List<Double> waits = new ArrayList<>();

    final List<Double> turns = new ArrayList<>();

    /** When leases were granted, in seconds. */
    final List<Double> grants = new ArrayList<>();

    int background;
    int refused;
    private double until;

    TurnLoad(ModelPool pool, VirtualTime time, long seed) {
        this.pool = pool;
        this.time = time;
        this.random = new Random(seed);
        this.callers = new Callers(List.of(), time.clock());
    }

    double now() {
        return time.clock().nanos() / 1e9;
    }

    private void in(double seconds, Runnable task) {
        var unusedAlarm = time.schedule(time.clock().nanos() + (long) (seconds * 1e9), task);
    }

    void until(double seconds) {
        until = seconds;
    }

    /** Makes calls that are all there at once, each for the same caller; as many always wait if there is {@code again}. */
    void many(int number, @Nullable String caller, boolean isBackground, boolean again) {
        for (int i = 0; i < number; i++) {
            one(caller, isBackground, again);
        }
    }

    private void one(@Nullable String caller, boolean isBackground, boolean again) {
        ask(callers.of(caller), isBackground, granted -> {
            if (again && now() < until) {
                one(caller, isBackground, true);
            }
        });
    }

    /** Makes a caller call now and then, at random times so many seconds apart on average. */
    void nowAndThen(@Nullable String caller, double seconds) {
        double pause = -Math.log(1 - random.nextDouble()) * seconds;
        in(pause, () -> {
            if (now() < until) {
                Caller of = callers.of(caller);
                if (caller != null && waiting.getOrDefault(of, 0) > 0) {
                    nowAndThen(caller, seconds);
                    return;
                }
                double since = now();
                waiting.merge(of, 1, Integer::sum);
                int ahead = (int)
                        waiting.values().stream().filter(number -> number > 0).count();
                int before = grants.size();
                ask(of, false, granted -> {
                    waiting.merge(of, -1, Integer::sum);
                    waits.add(now() - since);
                    turns.add((double) (grants.size() - before) / (ahead + 1));
                });
                nowAndThen(caller, seconds);
            }
        });
    }

    private interface Granted {
        void granted(Lease lease);
    }

    private void ask(Caller caller, boolean isBackground, Granted granted) {
        LeaseRequest[] made = new LeaseRequest[1];
        Runnable settled = () -> {
            Lease lease = made[0].lease();
            if (lease == null) {
                refused++;
                return;
            }
            grants.add(now());
            background += isBackground ? 1 : 0;
            granted.granted(lease);
            in(ANSWERED_AFTER, () -> lease.complete(Outcome.SUCCESS));
        };
        made[0] = new CallerLeaseRequest(
                caller,
                isBackground,
                true,
                true,
                KeyFilter.ANY,
                Demand.REQUEST,
                Use.PLAIN,
                PoolClock.NEVER,
                false,
                false,
                false,
                null,
                () -> in(0, settled));
        pool.request(made[0]);
    }

    long grantedBetween(double from, double to) {
        return grants.stream().filter(at -> at >= from && at < to).count();
    }

    static double p99(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() * 99 / 100);
    }
}

package io.github.geminipool.internal.pool;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Faults that begin and end at random while calls run; all have ended at the end. */
final class ChaosPlan {

    /** Kinds of faults, and actions of operators. */
    enum Fault {
        KEY_REVOKED,
        MANY_KEYS_REVOKED,
        KEY_RESTRICTED_AND_REPLACED,
        KEY_REFUSED_UNEXPLAINED,
        PROJECT_SUSPENDED,
        MANY_PROJECTS_SUSPENDED,
        NOT_ENTITLED,
        ACCOUNT_WITHOUT_CREDIT,
        QUOTA_CUT,
        DAY_OVER,
        MODEL_OVERLOADED,
        MODEL_FAILING,
        CONNECTIONS_RESET,
        UNREACHABLE,
        HANGING,
        SLOW,
        EGRESS_BLOCKED,
        KEY_ADDED,
        KEY_REMOVED,
        KEY_DISABLED,
        POOL_RESET
    }

    private static final Fault[] FAULTS = Fault.values();

    /** Faults without a quick automatic recovery are rare; otherwise most calls would meet only these. */
    private static final Set<Fault> RARE = EnumSet.of(Fault.NOT_ENTITLED, Fault.DAY_OVER, Fault.ACCOUNT_WITHOUT_CREDIT);

    private static final int MOST_KEYS = 24;

    private final ChaosRun run;
    private final Random random;
    private final long duration;
    private int made;

    ChaosPlan(ChaosRun run, long durationNanos) {
        this.run = run;
        this.random = run.random;
        this.duration = durationNanos;
    }

    void begin() {
        int count = 4 + random.nextInt(16);
        for (int i = 0; i < count; i++) {
            long at = random.nextInt((int) (duration / 1_000_000)) * 1_000_000L;
            Fault any = FAULTS[random.nextInt(FAULTS.length)];
            Fault fault = RARE.contains(any) && random.nextInt(4) > 0 ? Fault.KEY_REVOKED : any;
            // Distributes durations logarithmically.
            long length = (1 + random.nextInt(1_000 << random.nextInt(10))) * 1_000_000L;
            var unused = run.at(at, () -> begins(fault, Math.min(at + length, duration)));
        }
    }

    private void begins(Fault fault, long until) {
        run.figures.faults.merge(fault, 1L, Long::sum);
        run.note("begins", fault.name(), "");
        switch (fault) {
            case KEY_REVOKED -> last(fault, someKey().revoked, until);
            case MANY_KEYS_REVOKED -> {
                for (SimulatedGemini.Key key : List.copyOf(run.gemini.keys())) {
                    if (random.nextInt(5) > 0) {
                        last(fault, key.revoked, until);
                    }
                }
            }
            case KEY_RESTRICTED_AND_REPLACED -> {
                SimulatedGemini.Key key = someKey();
                key.leaked = true;
                ends(fault, until, () -> replace(key));
            }
            case KEY_REFUSED_UNEXPLAINED -> last(fault, someKey().refused, until);
            case PROJECT_SUSPENDED -> last(fault, some(run.gemini.projects()).suspended, until);
            case MANY_PROJECTS_SUSPENDED -> {
                for (SimulatedGemini.Project project : run.gemini.projects()) {
                    if (random.nextInt(5) > 0) {
                        last(fault, project.suspended, until);
                    }
                }
            }
            case NOT_ENTITLED -> last(fault, someQuota().notEntitled, until);
            case ACCOUNT_WITHOUT_CREDIT -> last(fault, some(run.gemini.accounts()).broke, until);
            case QUOTA_CUT -> {
                SimulatedQuota quota = someQuota();
                int before = quota.perMinute;
                quota.limit(1 + random.nextInt(6));
                ends(fault, until, () -> quota.limit(before));
            }
            case DAY_OVER -> someQuota().dayIsOver = true;
            case MODEL_OVERLOADED -> last(fault, run.gemini.model(some(run.models)).overloaded, until);
            case MODEL_FAILING -> last(fault, run.gemini.model(some(run.models)).failing, until);
            case CONNECTIONS_RESET -> last(fault, run.gemini.resets, until);
            case UNREACHABLE -> last(fault, run.gemini.unreachable, until);
            case HANGING -> last(fault, run.gemini.hangs, until);
            case SLOW -> last(fault, run.gemini.slow, until);
            case EGRESS_BLOCKED -> last(fault, run.gemini.egressBlocked, until);
            case KEY_ADDED -> add();
            case KEY_REMOVED -> remove();
            case KEY_DISABLED -> disable(fault, until);
            case POOL_RESET -> run.pools.reset();
        }
    }

    private void last(Fault fault, Trouble trouble, long until) {
        trouble.begin();
        ends(fault, until, () -> trouble.end(run.now()));
    }

    private void ends(Fault fault, long until, Runnable end) {
        var unused = run.at(until, () -> {
            run.note("ends", fault.name(), "");
            end.run();
        });
    }

    private SimulatedGemini.Key someKey() {
        return some(run.gemini.keys());
    }

    private SimulatedQuota someQuota() {
        return some(run.gemini.projects()).quota(some(run.models));
    }

    private <T> T some(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void add() {
        if (run.gemini.keys().size() < MOST_KEYS) {
            String name = "added-" + ++made;
            run.add(ChaosWorld.key(name, "secret", random.nextBoolean() ? name : someKey().project.name));
        }
    }

    private void remove() {
        if (run.gemini.keys().size() > 1) {
            run.remove(someKey());
        }
    }

    private void replace(SimulatedGemini.Key key) {
        if (!key.gone) {
            run.replace(key, ChaosWorld.key(key.name(), "secret-" + ++made, key.project.name));
        }
    }

    private void disable(Fault fault, long until) {
        SimulatedGemini.Key key = someKey();
        if (key.disabled.isOn()) {
            return;
        }
        key.disabled.begin();
        run.disable(key);
        ends(fault, until, () -> {
            key.disabled.end(run.now());
            if (!key.gone) {
                run.enable(key);
            }
        });
    }
}

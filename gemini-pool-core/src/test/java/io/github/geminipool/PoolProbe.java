package io.github.geminipool;

import io.github.geminipool.key.ApiKey;
import java.util.List;
import java.util.Map;

/** Gives tests of other packages access to the package-private state of a pool. */
public final class PoolProbe {

    private PoolProbe() {}

    /** Returns the keys that a builder has been given, in their order. */
    public static List<ApiKey> keys(GeminiPoolBuilder builder) {
        return List.copyOf(builder.inputs.keys);
    }

    /** Returns whether the calling thread holds a lock of the pool. */
    public static boolean isLockHeld(GeminiPool pool) {
        return pool.isLockHeld();
    }

    /** Returns the number of entries, by name, of every table of the pool that grows with use. */
    public static Map<String, Integer> tableSizes(GeminiPool pool) {
        return pool.tableSizes();
    }

    /** Returns the number of calls that have not ended; a call ends when its body has been read or closed. */
    public static int activeCalls(GeminiPool pool) {
        return pool.activeCalls();
    }

    /** Returns whether every timed task that is due has run and no probe is in flight. */
    public static boolean isUpToDate(GeminiPool pool) {
        return pool.isUpToDate();
    }

    /** Returns the number of timed tasks that calls have left; neither the periodic check nor key repair counts. */
    public static int pendingTasks(GeminiPool pool) {
        return pool.pendingTasks();
    }
}

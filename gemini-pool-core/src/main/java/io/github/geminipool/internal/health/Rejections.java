package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Notices that more than half of the keys, or of the projects, are rejected in the same way within a minute. That is the
 * doing of the provider or of this machine's address: so many keys don't die at once.
 */
final class Rejections {

    private static final long WINDOW_NANOS = 60_000_000_000L;

    /** Of fewer, half may well die at once. */
    private static final int FEWEST = 3;

    /** Rejections that are equal in this happen in the same way. */
    private record Manner(FailureKind kind, FailureCause cause, int status) {

        static Manner of(Failure failure) {
            return new Manner(failure.kind(), failure.cause(), failure.status());
        }
    }

    private final KeyRing ring;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Manner, Map<Scope, Long>> recent = new HashMap<>();
    private volatile boolean watching;
    private long latest;
    private long lastSuccess = -1;

    /** What everybody was rejected for; nobody has succeeded since. */
    private @Nullable Manner ofEverybody;

    Rejections(KeyRing ring) {
        this.ring = ring;
    }

    /** Whether none was rejected lately. */
    boolean isQuiet() {
        return !watching;
    }

    void succeeded(long nowNanos) {
        if (!watching) {
            return;
        }
        lock.lock();
        try {
            lastSuccess = nowNanos;
            ofEverybody = null;
            if (nowNanos - latest > WINDOW_NANOS) {
                recent.clear();
                watching = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /** There is somebody of whom it is not known. Returns whether everybody was rejected before. */
    boolean areNotOfEverybody() {
        lock.lock();
        try {
            boolean were = ofEverybody != null;
            ofEverybody = null;
            return were;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A key or a project was rejected.
     *
     * @return the verdict on the provider
     */
    Common add(Failure failure, long nowNanos) {
        lock.lock();
        try {
            watching = true;
            latest = nowNanos;
            recent.values().forEach(times -> times.values().removeIf(time -> nowNanos - time > WINDOW_NANOS));
            recent.values().removeIf(Map::isEmpty);
            Manner manner = Manner.of(failure);
            Map<Scope, Long> times = recent.computeIfAbsent(manner, any -> new HashMap<>());
            times.put(failure.scope(), nowNanos);
            boolean ofKeys = failure.scope() instanceof Scope.Key;
            int all = ofKeys ? ring.keys().size() : ring.projects();
            if (!manner.equals(ofEverybody) && (times.size() < FEWEST || 2 * times.size() <= all)) {
                return Common.NONE;
            }
            boolean noSuccess = times.values().stream().allMatch(time -> time > lastSuccess);
            ofEverybody = noSuccess ? manner : ofEverybody;
            String words = times.size() + " of " + all + (ofKeys ? " keys" : " projects");
            return new Common(Set.copyOf(times.keySet()), words, noSuccess);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A rejection that many share.
     *
     * @param scopes who does; empty if these are not so many
     * @param inWords how many of how many
     * @param ofEverybody whether nobody succeeded meanwhile
     */
    record Common(Set<Scope> scopes, String inWords, boolean ofEverybody) {

        static final Common NONE = new Common(Set.of(), "", false);

        int size() {
            return scopes.size();
        }

        boolean isNone() {
            return scopes.isEmpty();
        }
    }
}

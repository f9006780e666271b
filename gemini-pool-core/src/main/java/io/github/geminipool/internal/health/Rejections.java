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
 * Detects that more than half of the keys, or of the projects, are rejected in the same way within a minute. Google or this
 * machine's address is the cause then, since so many keys don't break at once. Thread-safe.
 */
final class Rejections {

    private static final long WINDOW_NANOS = 60_000_000_000L;

    /** Minimum number of rejections alike; half of fewer keys may well break at once. */
    private static final int MINIMUM = 3;

    /** Rejections that are equal in this happen in the same way. */
    private record Manner(FailureKind kind, FailureCause cause, int status) {

        static Manner of(Failure failure) {
            // These differ by the kind of the key alone: whatever takes keys away on the way refuses both.
            FailureCause cause =
                    failure.cause() == FailureCause.KEY_OUTDATED ? FailureCause.KEY_INVALID : failure.cause();
            return new Manner(failure.kind(), cause, failure.status());
        }
    }

    private final KeyRing ring;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Manner, Map<Scope, Long>> recent = new HashMap<>();
    private volatile boolean watching;
    private long latest;
    private long lastSuccess = -1;

    /** How all were rejected, if none has succeeded since; otherwise null. */
    private @Nullable Manner ofAll;

    Rejections(KeyRing ring) {
        this.ring = ring;
    }

    /** Returns whether there was no rejection recently. */
    boolean isQuiet() {
        return !watching;
    }

    /** Records that an attempt got a response. */
    void succeeded(long nowNanos) {
        if (!watching) {
            return;
        }
        lock.lock();
        try {
            lastSuccess = nowNanos;
            ofAll = null;
            if (nowNanos - latest > WINDOW_NANOS) {
                recent.clear();
                watching = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets that all were rejected, because there is a new key.
     *
     * @return whether all were rejected
     */
    boolean forgetThatAllAre() {
        lock.lock();
        try {
            boolean allWere = ofAll != null;
            ofAll = null;
            return allWere;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records that a key or a project was rejected.
     *
     * @return the rejections alike, if they are common
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
            if (!manner.equals(ofAll) && (times.size() < MINIMUM || 2 * times.size() <= all)) {
                return Common.NONE;
            }
            boolean noSuccess = times.values().stream().allMatch(time -> time > lastSuccess);
            ofAll = noSuccess ? manner : ofAll;
            String words = times.size() + " of " + all + (ofKeys ? " keys" : " projects");
            return new Common(Set.copyOf(times.keySet()), words, noSuccess);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Rejections alike of most keys or projects.
     *
     * @param scopes the rejected keys or projects; empty if the rejections are not common
     * @param inWords their number in words, such as "6 of 10 keys"
     * @param ofAll whether no attempt has succeeded meanwhile
     */
    record Common(Set<Scope> scopes, String inWords, boolean ofAll) {

        static final Common NONE = new Common(Set.of(), "", false);

        int size() {
            return scopes.size();
        }

        boolean isNone() {
            return scopes.isEmpty();
        }
    }
}

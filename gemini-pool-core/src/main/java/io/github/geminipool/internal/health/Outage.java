package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Detects that a model, or all of Gemini, fails for every project: consecutive failures from all projects that a call may
 * choose, and at least as many as there are attempts in flight. Thread-safe.
 */
public final class Outage {

    /** Minimum number of consecutive failures. */
    private static final int FAILURES = 5;

    /** Failures of this many projects are enough, however many there are. */
    private static final int PROJECTS = 20;

    /** Failures further apart than this are unrelated. */
    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final boolean isOne;
    private final Scope scope;
    private final ExclusionCell cell;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> projects = new HashSet<>();

    /** Number of consecutive failures; written under the lock. */
    private volatile int failures;

    private long lastNanos;

    /**
     * Creates a detector.
     *
     * @param isOne whether all that is in the scope fails together; if not, it has no outages
     */
    Outage(Scope scope, ExclusionCell cell, boolean isOne) {
        this.isOne = isOne;
        this.scope = scope;
        this.cell = cell;
    }

    /** Returns the scope that fails in an outage. */
    Scope scope() {
        return scope;
    }

    /** Returns the scope's entry in the table of exclusions. */
    public ExclusionCell cell() {
        return cell;
    }

    /** Returns whether nothing has failed since the last success. */
    boolean isQuiet() {
        return failures == 0;
    }

    /**
     * Records that an attempt got a response.
     *
     * @return the exclusion that this ends, or null
     */
    @Nullable
    Exclusion succeeded() {
        if (isQuiet()) {
            return null;
        }
        reset();
        return cell.recover();
    }

    /** Forgets the failures so far. */
    public void reset() {
        lock.lock();
        try {
            failures = 0;
            projects.clear();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records a failed attempt.
     *
     * @param counts whether it is a witness; if not, only an outage that is known already lasts
     * @return whether this is an outage
     */
    boolean failed(String project, boolean counts, PeerView peers, long nowNanos) {
        if (!isOne) {
            return false;
        }
        int consecutive;
        int projectCount;
        lock.lock();
        try {
            if (nowNanos - lastNanos > WINDOW_NANOS) {
                failures = 0;
                projects.clear();
            }
            lastNanos = nowNanos;
            consecutive = failures + (counts ? 1 : 0);
            failures = consecutive;
            if (projects.size() < PROJECTS) {
                projects.add(project);
            }
            projectCount = projects.size();
        } finally {
            lock.unlock();
        }
        return cell.isInDoubt()
                || (consecutive >= Math.max(FAILURES, peers.inFlight()) && projectCount >= peers.projects(PROJECTS));
    }
}

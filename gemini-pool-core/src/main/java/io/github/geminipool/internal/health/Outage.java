package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a model, or everything, fails whatever the project: failures without a success between them, from every
 * project that a call may choose, as many at least as there are attempts whose end is not known yet.
 */
public final class Outage {

    private static final int FAILURES = 5;
    private static final int PROJECTS = 5;

    /** Failures further apart than this have nothing to do with each other. */
    private static final long TOGETHER_NANOS = 60_000_000_000L;

    private final Scope scope;
    private final ExclusionCell cell;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> projects = new HashSet<>();

    /** In a row; written under the lock. */
    private volatile int failures;

    private long lastNanos;

    Outage(Scope scope, ExclusionCell cell) {
        this.scope = scope;
        this.cell = cell;
    }

    /** What fails. */
    Scope scope() {
        return scope;
    }

    /** Its entry in the table of exclusions. */
    public ExclusionCell cell() {
        return cell;
    }

    /** Whether nothing has failed since the last success. */
    boolean isQuiet() {
        return failures == 0;
    }

    /** An attempt got through. Returns what had been excluded, or null. */
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

    /** An attempt failed. Returns whether everybody does. */
    boolean failed(String project, PeerView crowd, long nowNanos) {
        int inARow;
        int ofProjects;
        lock.lock();
        try {
            if (nowNanos - lastNanos > TOGETHER_NANOS) {
                failures = 0;
                projects.clear();
            }
            lastNanos = nowNanos;
            inARow = failures + 1;
            failures = inARow;
            if (projects.size() < PROJECTS) {
                projects.add(project);
            }
            ofProjects = projects.size();
        } finally {
            lock.unlock();
        }
        return cell.isInDoubt()
                || (inARow >= Math.max(FAILURES, crowd.inFlight()) && ofProjects >= crowd.projects(PROJECTS));
    }
}

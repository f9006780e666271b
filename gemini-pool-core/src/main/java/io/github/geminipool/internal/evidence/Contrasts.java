package io.github.geminipool.internal.evidence;

import io.github.geminipool.internal.evidence.Question.Subject;
import io.github.geminipool.internal.time.PoolClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What asking other projects has shown so far, and how often it may be done. A failure that several projects share is due to the
 * request, the model or something outside, and is not asked about again for a while. Thread-safe.
 */
public final class Contrasts {

    /** Maximum number of questions remembered. */
    private static final int REMEMBERED = 1_000;

    /** How long a question is settled at first; twice as long each time it is settled again. */
    private static final Duration FIRST_REST = Duration.ofSeconds(30);

    private static final Duration LONGEST_REST = Duration.ofMinutes(10);

    /** An inquiry in which nothing happens for this long is forgotten. */
    private static final Duration OPEN = Duration.ofMinutes(10);

    private final PoolClock clock;
    private final ContrastBudget budget = new ContrastBudget();
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order of their last use; guarded by the lock. */
    private final Map<Question, Inquiry> inquiries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Inquiry> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Whether any question was ever raised; most pools need look no further. */
    private volatile boolean isAnyRaised;

    public Contrasts(PoolClock clock) {
        this.clock = clock;
    }

    /** What is known about one question. Guarded by the lock. */
    private static final class Inquiry {

        /** The projects that failed in this way since the last answer. */
        private final Set<String> alike = new HashSet<>();

        private long lastNanos;
        private long settledUntil;
        private int settled;
    }

    /** Records that a call got a response. */
    public void earn() {
        budget.earn();
    }

    /** Returns whether the budget has a contrast left. */
    public boolean maySpend() {
        return budget.isAnyLeft();
    }

    /** Takes the cost of one contrast; returns false if the budget has none left. */
    public boolean trySpend() {
        return budget.trySpend();
    }

    /** Returns whether a question is settled for now: no project is at fault. */
    public boolean isSettled(Question question) {
        if (!isAnyRaised) {
            return false;
        }
        lock.lock();
        try {
            Inquiry known = inquiries.get(question);
            return known != null && known.settledUntil > clock.nanos();
        } finally {
            lock.unlock();
        }
    }

    /** Records that a project failed in this way. */
    public void failed(Question question, String project) {
        isAnyRaised = true;
        lock.lock();
        try {
            Inquiry inquiry = inquiries.computeIfAbsent(question, raised -> new Inquiry());
            long now = clock.nanos();
            if (now - inquiry.lastNanos > OPEN.toNanos()) {
                inquiry.alike.clear();
            }
            inquiry.lastNanos = now;
            inquiry.alike.add(project);
        } finally {
            lock.unlock();
        }
    }

    /** Records that no project is at fault, so that the question is not asked again for a while. */
    public void settle(Question question) {
        lock.lock();
        try {
            Inquiry inquiry = inquiries.computeIfAbsent(question, raised -> new Inquiry());
            long now = clock.nanos();
            long rest = Math.min(LONGEST_REST.toNanos(), FIRST_REST.toNanos() << Math.min(inquiry.settled, 10));
            inquiry.settled++;
            inquiry.settledUntil = now + rest;
            inquiry.lastNanos = now;
            inquiry.alike.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a time is so near that a question settled now will not be asked again before it. */
    public boolean isSoon(long nanos) {
        return nanos - clock.nanos() <= FIRST_REST.toNanos();
    }

    /** Records that a project answered, so that those that do not are at fault. */
    public void answered(Question question) {
        lock.lock();
        try {
            inquiries.remove(question);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether any question was ever raised; without one, no project fails where others answer. */
    public boolean isAnyRaised() {
        return isAnyRaised;
    }

    /** Returns the projects known to fail what a call asks, if no other project has answered it yet: calls begin elsewhere. */
    public Set<String> failing(Subject subject) {
        if (!isAnyRaised) {
            return Set.of();
        }
        lock.lock();
        try {
            Set<String> failing = new HashSet<>();
            long now = clock.nanos();
            inquiries.forEach((question, inquiry) -> {
                if (question.subject().equals(subject) && now - inquiry.lastNanos <= OPEN.toNanos()) {
                    failing.addAll(inquiry.alike);
                }
            });
            return failing;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the projects that failed in this way and were not shown to be at fault. */
    public Set<String> alike(Question question) {
        lock.lock();
        try {
            Inquiry known = inquiries.get(question);
            return known == null ? Set.of() : Set.copyOf(known.alike);
        } finally {
            lock.unlock();
        }
    }
}

package io.github.geminipool.internal.quota;

import io.github.geminipool.stats.QuotaUsage;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The books of a project for a model that callers ask for by several names. Thread-safe: each name has a pool of its own. */
final class SharedLedger extends Ledger {

    private final ReentrantLock lock = new ReentrantLock();

    /** Takes the books of one of the names over; they are not to be used any more. */
    SharedLedger(Ledger books) {
        super(books);
    }

    @Override
    public long nextSlot(long now, long tokensOfIt) {
        lock.lock();
        try {
            return super.nextSlot(now, tokensOfIt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void take(long now, long tokensOfIt) {
        lock.lock();
        try {
            super.take(now, tokensOfIt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean giveBack(long at, long tokensOfIt) {
        lock.lock();
        try {
            return super.giveBack(at, tokensOfIt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void postpone(long at, long sentAt, long tokensOfIt) {
        lock.lock();
        try {
            super.postpone(at, sentAt, tokensOfIt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean settle(long at, long taken, long counted) {
        lock.lock();
        try {
            return super.settle(at, taken, counted);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int tokenLimit() {
        lock.lock();
        try {
            return super.tokenLimit();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public double left(long now) {
        lock.lock();
        try {
            return super.left(now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long requestsUntil(long now, long until) {
        lock.lock();
        try {
            return super.requestsUntil(now, until);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long tokensUntil(long now, long until) {
        lock.lock();
        try {
            return super.tokensUntil(now, until);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean refusedByMinute(int limit, long takenAt, long now, long roomAt) {
        lock.lock();
        try {
            return super.refusedByMinute(limit, takenAt, now, roomAt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean refusedByTokens(int limit, long tokensOfIt, long takenAt, long now, long roomAt) {
        lock.lock();
        try {
            return super.refusedByTokens(limit, tokensOfIt, takenAt, now, roomAt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean refusedByDay(int limit, long now) {
        lock.lock();
        try {
            return super.refusedByDay(limit, now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void forget() {
        lock.lock();
        try {
            super.forget();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isDayUsedUp(long now) {
        lock.lock();
        try {
            return super.isDayUsedUp(now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<QuotaUsage> usage(String project, long now) {
        lock.lock();
        try {
            return super.usage(project, now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String why(long now, long tokensOfIt) {
        lock.lock();
        try {
            return super.why(now, tokensOfIt);
        } finally {
            lock.unlock();
        }
    }
}

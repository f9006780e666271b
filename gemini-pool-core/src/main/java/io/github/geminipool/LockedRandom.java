package io.github.geminipool;

import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/** Makes a random number generator thread-safe. */
record LockedRandom(RandomGenerator generator, ReentrantLock lock) implements RandomGenerator {

    LockedRandom(RandomGenerator generator) {
        this(generator, new ReentrantLock());
    }

    @Override
    public long nextLong() {
        lock.lock();
        try {
            return generator.nextLong();
        } finally {
            lock.unlock();
        }
    }
}

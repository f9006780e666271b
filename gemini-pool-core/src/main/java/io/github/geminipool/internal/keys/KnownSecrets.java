package io.github.geminipool.internal.keys;

import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Secrets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The secrets of a pool's present and earlier keys, to be masked in texts from elsewhere. If there are very many, the oldest are
 * forgotten. Thread-safe.
 */
final class KnownSecrets {

    private static final int LIMIT = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Secret> all = new LinkedHashSet<>();
    private Secrets mask = Secrets.of(List.of());
    private boolean isStale;

    void add(Secret secret) {
        lock.lock();
        try {
            all.remove(secret);
            all.add(secret);
            if (all.size() > LIMIT) {
                all.remove(all.iterator().next());
            }
            isStale = true;
        } finally {
            lock.unlock();
        }
    }

    /** Masks the secrets in a text. */
    String in(String text) {
        Secrets current;
        lock.lock();
        try {
            if (isStale) {
                mask = Secrets.of(List.copyOf(all));
                isStale = false;
            }
            current = mask;
        } finally {
            lock.unlock();
        }
        return current.maskIn(text);
    }
}

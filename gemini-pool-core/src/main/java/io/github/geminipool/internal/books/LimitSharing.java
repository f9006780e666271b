package io.github.geminipool.internal.books;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.SharedStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;

/** Shares the limits of a pool's callers with the other replicas. Thread-safe. */
public final class LimitSharing {

    private static final String PRINT = "SHA-256";
    private static final int PRINT_BYTES = 16;

    private final SharedStore store;
    private final QuotaSharing sharing;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Set<ReplicaLedgers.Limit> differing = ConcurrentHashMap.newKeySet();

    /** Creates the sharing for a pool. */
    public LimitSharing(SharedStore store, PoolClock clock, Scheduler scheduler) {
        this.store = store;
        this.sharing = new QuotaSharing(store, this::fingerprint, model -> model, (name, model) -> {});
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /**
     * Creates limits whose use is counted over all replicas.
     *
     * @param name the caller whose limits they are; replicas that use the same name share them
     * @param subject what a log line may call the caller
     * @param lock guards them
     * @param onAnswer serves the requests that wait for them, which they may admit now; runs without a lock
     */
    public SharedLimits of(String name, String subject, Limits limits, Lock lock, Runnable onAnswer) {
        return new SharedLimits(
                name, limits, new ReplicaLedgers(sharing, clock, subject, differing), lock, onAnswer, this);
    }

    /** Keeps the names of users out of the store. */
    private String fingerprint(String name) {
        try {
            byte[] text = ("gemini-pool/1/" + store.namespace() + "/" + name).getBytes(StandardCharsets.UTF_8);
            byte[] whole = MessageDigest.getInstance(PRINT).digest(text);
            return HexFormat.of().formatHex(whole, 0, PRINT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + PRINT, e);
        }
    }

    PoolClock clock() {
        return clock;
    }

    Scheduler scheduler() {
        return scheduler;
    }
}

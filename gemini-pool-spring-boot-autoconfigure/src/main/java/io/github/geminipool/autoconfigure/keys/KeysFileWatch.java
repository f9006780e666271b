package io.github.geminipool.autoconfigure.keys;

import io.github.geminipool.GeminiPool;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the pool reload its keys when the keys file has changed. A change counts once two checks in a row have found the same
 * content, since a single one may see a file that is still being written.
 */
public final class KeysFileWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(KeysFileWatch.class);

    /** Maximum number of checks between two attempts: ten minutes at the default interval. */
    private static final int MAX_PAUSE = 64;

    /** Null if the keys come from elsewhere. */
    private final @Nullable KeysFile file;

    private final Duration interval;
    private final GeminiPool pool;

    /** The content at the last check, and the content that the pool knows; only one thread checks at a time. */
    private @Nullable String latest;

    private @Nullable String taken;
    private volatile @Nullable ScheduledExecutorService thread;

    /** How many checks to wait before the unchanged file is read again after a failure; 0 if there was none. */
    private int pause;

    private int looksLeft;

    /**
     * Creates a watch.
     *
     * @param file the file; null if the keys come from elsewhere
     * @param interval the time between two checks; 0 for none
     * @param pool the pool that uses the keys
     * @param read the fingerprint of the file as the pool has read it; null if that is unknown
     */
    public KeysFileWatch(@Nullable KeysFile file, Duration interval, GeminiPool pool, @Nullable String read) {
        this.file = file;
        this.interval = interval;
        this.pool = pool;
        this.latest = file == null || read != null ? read : file.fingerprint();
        this.taken = latest;
    }

    /** Checks the file once. */
    public void look() {
        if (file == null) {
            return;
        }
        String now = file.fingerprint();
        boolean settled = Objects.equals(now, latest);
        latest = now;
        if (settled && !Objects.equals(now, taken)) {
            taken = now;
            pause = 0;
            reload();
        } else if (settled && pause > 0 && isReadable(file) && --looksLeft <= 0) {
            reload();
        }
    }

    /** After a failure, it tries again at growing intervals, since each attempt is logged. */
    private void reload() {
        boolean failed = pool.keys().reload().problem() != null;
        pause = failed ? Math.min(MAX_PAUSE, Math.max(1, 2 * pause)) : 0;
        looksLeft = pause;
    }

    private static boolean isReadable(KeysFile file) {
        try {
            return !file.keys().isEmpty();
        } catch (InvalidKeyException e) {
            return false;
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (Throwable e) {
            // Otherwise there would be no further checks.
            log.warn("Could not check {}: {}", file, e.getClass().getName());
        }
    }

    @Override
    public void start() {
        if (file == null || interval.isZero() || interval.isNegative()) {
            return;
        }
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "gemini-pool-keys-file");
            made.setDaemon(true);
            return made;
        });
        thread = started;
        long millis = Math.max(1, interval.toMillis());
        var unused = started.scheduleWithFixedDelay(this::lookSafely, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        ScheduledExecutorService running = thread;
        thread = null;
        if (running != null) {
            // Not interrupted: a check may be reading keys.
            running.shutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}

package io.github.geminipool.internal.answer;

import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Secrets;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Takes the secrets out of what servers say: a suspended key's error repeats it three times. */
public final class Masking {

    private static final int DEEPEST_CAUSE = 8;

    /** So many that are no keys of the pool any more are still masked: running calls may be told of them. */
    private static final int MOST_GONE = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Secret> known = new LinkedHashSet<>();
    private volatile Secrets secrets;

    public Masking(List<Secret> secrets) {
        this.known.addAll(secrets);
        this.secrets = Secrets.of(secrets);
    }

    /** The secrets are others from now on. */
    public void become(List<Secret> now) {
        lock.lock();
        try {
            // The latest are the last, so that the first to be forgotten are those that are gone the longest.
            now.forEach(known::remove);
            known.addAll(now);
            Iterator<Secret> oldest = known.iterator();
            for (int gone = known.size() - now.size(); gone > MOST_GONE; gone--) {
                oldest.next();
                oldest.remove();
            }
            secrets = Secrets.of(List.copyOf(known));
        } finally {
            lock.unlock();
        }
    }

    /** The length of the longest form in which a secret is known. */
    int longest() {
        return secrets.longestForm();
    }

    public String mask(String text) {
        return secrets.maskIn(text);
    }

    /** The same for a text that may have been cut in the middle of a secret. */
    public String maskInCut(String text) {
        return secrets.maskInCut(text);
    }

    /** The exception itself, unless it repeats what a server said of a secret: then one that says the rest. */
    public IOException mask(IOException e) {
        if (!shows(e, 0)) {
            return e;
        }
        IOException masked = new IOException(mask(e.toString()));
        masked.setStackTrace(e.getStackTrace());
        return masked;
    }

    /** Whether printing an exception shows a secret. */
    public boolean shows(@Nullable Throwable e, int depth) {
        if (e == null || depth > DEEPEST_CAUSE) {
            return false;
        }
        String text = e.toString();
        if (!mask(text).equals(text) || shows(e.getCause(), depth + 1)) {
            return true;
        }
        for (Throwable suppressed : e.getSuppressed()) {
            if (shows(suppressed, depth + 1)) {
                return true;
            }
        }
        return false;
    }
}

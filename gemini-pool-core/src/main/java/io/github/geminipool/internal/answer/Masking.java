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

/** Masks secrets in text from servers, which repeat keys in errors. Thread-safe. */
public final class Masking {

    private static final int MAX_CAUSE_DEPTH = 8;

    /** Maximum number of removed keys that are still masked, since errors of running calls may contain them. */
    private static final int MAX_REMOVED = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Secret> known = new LinkedHashSet<>();
    private volatile Secrets secrets;

    /** Creates a masking of some secrets. */
    public Masking(List<Secret> secrets) {
        this.known.addAll(secrets);
        this.secrets = Secrets.of(secrets);
    }

    /** Replaces the secrets; the most recently removed ones are still masked. */
    public void become(List<Secret> now) {
        lock.lock();
        try {
            // Current secrets go to the end, so the first are those removed the longest ago.
            now.forEach(known::remove);
            known.addAll(now);
            Iterator<Secret> oldest = known.iterator();
            for (int removed = known.size() - now.size(); removed > MAX_REMOVED; removed--) {
                oldest.next();
                oldest.remove();
            }
            secrets = Secrets.of(List.copyOf(known));
        } finally {
            lock.unlock();
        }
    }

    /** Returns the length of the longest form of a secret. */
    int longest() {
        return secrets.longestForm();
    }

    /** Masks secrets in a text. */
    public String mask(String text) {
        return secrets.maskIn(text);
    }

    /** Masks secrets in a name, at little cost. */
    public String maskName(String name) {
        return secrets.maskPlain(name);
    }

    /** Masks secrets in a text that may have been truncated in the middle of a secret. */
    public String maskInCut(String text) {
        return secrets.maskInCut(text);
    }

    /** Returns the exception itself, or one with a masked message if it shows a secret. */
    public IOException mask(IOException e) {
        if (!shows(e, 0)) {
            return e;
        }
        IOException masked = new IOException(mask(e.toString()));
        masked.setStackTrace(e.getStackTrace());
        return masked;
    }

    /**
     * Returns whether printing an exception shows a secret.
     *
     * @param depth 0, or the depth among the causes
     */
    public boolean shows(@Nullable Throwable e, int depth) {
        if (e == null) {
            return false;
        }
        if (depth > MAX_CAUSE_DEPTH) {
            // Nobody has looked further, so nobody shows it.
            return true;
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

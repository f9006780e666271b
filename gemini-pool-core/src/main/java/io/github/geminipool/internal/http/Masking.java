package io.github.geminipool.internal.http;

import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the secrets out of what servers say: a suspended key's error repeats it three times. */
final class Masking {

    private static final int DEEPEST_CAUSE = 8;

    private final List<Secret> secrets;
    private final int longest;

    Masking(List<Secret> secrets) {
        // Where one secret begins another, the longer one goes first, lest its tail be left.
        this.secrets = secrets.stream()
                .sorted(Comparator.comparingInt(Secret::longestForm).reversed())
                .toList();
        this.longest = secrets.stream().mapToInt(Secret::longestForm).max().orElse(0);
    }

    /** The length of the longest form in which a secret is known. */
    int longest() {
        return longest;
    }

    String mask(String text) {
        String masked = text;
        for (Secret secret : secrets) {
            masked = secret.maskIn(masked);
        }
        return masked;
    }

    /** The same for a text that may have been cut in the middle of a secret. */
    String maskInCut(String text) {
        String masked = text;
        for (Secret secret : secrets) {
            masked = secret.maskInCut(masked);
        }
        return masked;
    }

    /** The exception itself, unless it repeats what a server said of a secret: then one that says the rest. */
    IOException mask(IOException e) {
        if (!shows(e, 0)) {
            return e;
        }
        IOException masked = new IOException(mask(e.toString()));
        masked.setStackTrace(e.getStackTrace());
        return masked;
    }

    /** Whether printing an exception shows a secret. */
    boolean shows(@Nullable Throwable e, int depth) {
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

package io.github.geminipool.internal.http;

import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Secrets;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the secrets out of what servers say: a suspended key's error repeats it three times. */
final class Masking {

    private static final int DEEPEST_CAUSE = 8;

    private final Secrets secrets;

    Masking(List<Secret> secrets) {
        this.secrets = Secrets.of(secrets);
    }

    /** The length of the longest form in which a secret is known. */
    int longest() {
        return secrets.longestForm();
    }

    String mask(String text) {
        return secrets.maskIn(text);
    }

    /** The same for a text that may have been cut in the middle of a secret. */
    String maskInCut(String text) {
        return secrets.maskInCut(text);
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

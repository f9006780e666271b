package io.github.geminipool.samples.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A password or token that never shows itself, and is kept only as a hash. Immutable. */
final class Password {

    private final byte[] hash;
    private final int length;

    private Password(String text) {
        this.hash = sha256(text);
        this.length = text.length();
    }

    /** Creates a password; called when properties are bound. */
    public static Password valueOf(String text) {
        return new Password(text);
    }

    /** Returns whether a text is this password, in the same time wherever the two differ. */
    boolean matches(String text) {
        return matches(sha256(text));
    }

    /** Returns whether a text with a {@linkplain #sha256 hash} is this password; the time it takes does not show where they differ. */
    boolean matches(byte[] hashOfText) {
        return MessageDigest.isEqual(hash, hashOfText);
    }

    int length() {
        return length;
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}

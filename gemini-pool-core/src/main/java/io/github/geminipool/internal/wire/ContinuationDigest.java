package io.github.geminipool.internal.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A digest of a continuation token, which may be too long to be kept. Equal tokens have equal digests, however they are cut
 * into chunks, and whether they are written in the standard or the URL alphabet of Base64, with padding or without. Not
 * thread-safe.
 */
public final class ContinuationDigest {

    /** Length of a digest in bytes. */
    private static final int LENGTH = 16;

    private static final int CHUNK = 256;

    /** Null before the first part of a token. */
    private @Nullable MessageDigest begun;

    private @Nullable String text;

    /** Adds a part of a token that is cut or escaped. */
    public void add(byte[] bytes, int from, int to) {
        byte[] chunk = new byte[Math.min(CHUNK, to - from)];
        int size = 0;
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            if (b != '=') {
                chunk[size++] = b == '-' ? (byte) '+' : b == '_' ? (byte) '/' : b;
                if (size == chunk.length) {
                    update(chunk, size);
                    size = 0;
                }
            }
        }
        update(chunk, size);
    }

    private void update(byte[] chunk, int size) {
        if (size > 0) {
            MessageDigest digest = begun == null ? sha256() : begun;
            digest.update(chunk, 0, size);
            begun = digest;
        }
    }

    /** Adds an escaped byte. */
    public void add(byte b) {
        add(new byte[] {b}, 0, 1);
    }

    /** Ends a token; its bytes are those given if no part of it was added before. An empty token leaves the one before. */
    public void end(byte[] bytes, int from, int to) {
        if (begun == null) {
            add(bytes, from, to);
        }
        MessageDigest digest = begun;
        begun = null;
        text = digest == null ? text : HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
    }

    /** Returns the digest of the last token that has ended; null if there was none. */
    public @Nullable String digest() {
        return text;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}

package io.github.geminipool.key;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret value of an API key. {@link #toString()} always returns {@code ***}.
 *
 * <p>Google has issued keys in several formats ({@code AIza…}, {@code AQ.…}), so any value is accepted that consists of one or more
 * visible ASCII characters, as an HTTP header allows. Immutable and thread-safe. Two secrets are equal if their values are.
 */
public final class Secret {

    static final String MASK = "***";

    private static final int MIN_LENGTH_IN_NAME = 12;

    private static final int MIN_PART = 4;

    private static final String FINGERPRINT = "HmacSHA256";

    private static final int FINGERPRINT_BYTES = 16;

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Creates a secret.
     *
     * @param value the value; surrounding white space is removed
     * @throws InvalidSecretException if the value is blank or has a character that is not visible ASCII, such as a line break or a
     *     byte order mark; the message does not contain the value
     */
    public static Secret of(String value) {
        String stripped = value.strip();
        if (stripped.isEmpty()) {
            throw new InvalidSecretException("is blank");
        }
        for (int i = 0; i < stripped.length(); i++) {
            char c = stripped.charAt(i);
            if (c < 0x21 || c > 0x7E) {
                throw new InvalidSecretException(String.format(
                        "has a character that no API key contains (U+%04X, %s) at position %d of %d",
                        (int) c, nameOf(c), i + 1, stripped.length()));
            }
        }
        return new Secret(stripped);
    }

    private static String nameOf(char c) {
        return switch (c) {
            case '\n', '\r' -> "a line break";
            case ' ' -> "a space";
            case '\t' -> "a tab";
            case '\u00A0', '\u202F' -> "a no-break space";
            case '\uFEFF' -> "a byte order mark";
            case '\u200B' -> "a zero-width space";
            default -> Character.isISOControl(c) ? "a control character" : "not an ASCII character";
        };
    }

    /**
     * Returns the value, for the request header. Never log it.
     */
    public String value() {
        return value;
    }

    /**
     * Returns whether it is a standard key ({@code AIza…}), which Google no longer accepts, rather than an auth key. Nothing depends on
     * this but the words for a rejected key.
     */
    public boolean isStandard() {
        return value.startsWith("AIza");
    }

    /**
     * Returns what identifies the key to others that have it, and tells nothing to those that have not: the first 16 bytes of an
     * HMAC-SHA-256 of a purpose, with the value as its key.
     *
     * @param purpose what it is for; fingerprints for different purposes can't be compared
     * @return 32 hexadecimal digits
     */
    public String fingerprint(String purpose) {
        try {
            Mac mac = Mac.getInstance(FINGERPRINT);
            mac.init(new SecretKeySpec(value.getBytes(StandardCharsets.US_ASCII), FINGERPRINT));
            byte[] whole = mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, FINGERPRINT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + FINGERPRINT, e);
        }
    }

    /** Replaces every part of the value with four or more characters in a text by {@code ***}, for texts that others may see. */
    public String maskPartsIn(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = endOfPart(text, at);
            if (end - at >= MIN_PART) {
                masked.append(MASK);
                at = end;
            } else {
                masked.append(text.charAt(at++));
            }
        }
        return masked.toString();
    }

    /** Returns the end of the longest part of the value that begins at a position of a text. */
    private int endOfPart(String text, int from) {
        int end = Math.min(from + MIN_PART, text.length());
        if (!value.contains(text.substring(from, end))) {
            return from;
        }
        while (end < text.length() && value.contains(text.substring(from, end + 1))) {
            end++;
        }
        return end;
    }

    /** Returns whether a name contains it, by mistake rather than by chance. */
    boolean isShownBy(String name) {
        return value.length() >= MIN_LENGTH_IN_NAME && name.contains(value);
    }

    WrittenForms forms() {
        return new WrittenForms(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}

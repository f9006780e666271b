package io.github.geminipool.key;

/**
 * The secret value of an API key. {@link #toString()} always returns {@code ***}.
 *
 * <p>Google has issued keys in several formats ({@code AIza…}, {@code AQ.…}), so any value is accepted that consists of one or more
 * visible ASCII characters, as an HTTP header allows. Immutable and thread-safe. Two secrets are equal if their values are.
 */
public final class Secret {

    static final String MASK = "***";

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

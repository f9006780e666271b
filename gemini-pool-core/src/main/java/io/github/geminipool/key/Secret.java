package io.github.geminipool.key;

/**
 * The secret value of an API key. It never prints itself: {@link #toString()} is always {@code ***}.
 *
 * <p>No format is assumed, since Google has issued several ({@code AIza…}, {@code AQ.…}); a value is accepted
 * when it is not blank and consists of visible ASCII characters, which is what an HTTP header can carry.
 * Immutable and thread-safe. Two secrets are equal when their values are.
 */
public final class Secret {

    static final String MASK = "***";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Makes a secret of a value; white space around it is dropped.
     *
     * @throws InvalidSecretException if nothing is left, or a character is not visible ASCII (a line break inside
     *     the value, a byte order mark, a no-break space). The message never contains the value.
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
     * The value itself, for the request header. Whoever reads it is responsible for where it goes.
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

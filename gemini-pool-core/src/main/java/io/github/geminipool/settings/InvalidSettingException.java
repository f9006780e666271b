package io.github.geminipool.settings;

/** A setting is out of its range, or contradicts another one. */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String setting;
    private final String value;
    private final String expectation;

    /**
     * Makes one.
     *
     * @param setting its name below {@code gemini.pool}, such as {@code retry.max-attempts}
     * @param value the value that was given
     * @param expectation what is accepted, as the end of the sentence "it must be …"
     */
    public InvalidSettingException(String setting, String value, String expectation) {
        super("gemini.pool." + setting + " is " + value + ", but must be " + expectation);
        this.setting = setting;
        this.value = value;
        this.expectation = expectation;
    }

    /** The setting's name below {@code gemini.pool}. */
    public String setting() {
        return setting;
    }

    /** The value that was given. */
    public String value() {
        return value;
    }

    /** What is accepted, as the end of the sentence "it must be …". */
    public String expectation() {
        return expectation;
    }
}

package io.github.geminipool.settings;

/** Thrown for a setting that is out of range or contradicts another setting. */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String setting;
    private final String value;
    private final String expectation;

    /**
     * Creates the exception.
     *
     * @param setting the name of the setting below {@code gemini.pool}, such as {@code retry.max-attempts}
     * @param value the invalid value
     * @param expectation which values are valid, as the end of the sentence "must be …"
     */
    public InvalidSettingException(String setting, String value, String expectation) {
        super("gemini.pool." + setting + " is " + value + ", but must be " + expectation);
        this.setting = setting;
        this.value = value;
        this.expectation = expectation;
    }

    /** Returns the name of the setting below {@code gemini.pool}. */
    public String setting() {
        return setting;
    }

    /** Returns the invalid value. */
    public String value() {
        return value;
    }

    /** Returns which values are valid, as the end of the sentence "must be …". */
    public String expectation() {
        return expectation;
    }
}

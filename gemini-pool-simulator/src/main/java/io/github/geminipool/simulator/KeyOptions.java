package io.github.geminipool.simulator;

/** Options of a new key. Not thread-safe. */
public final class KeyOptions {
    private String project = "";
    private String billingAccount = "";
    private UsageTier tier = UsageTier.FREE;
    private KeyState state = KeyState.VALID;

    KeyOptions() {}

    /**
     * Sets the project that owns the key's quotas, files and caches. Default: each key has its own.
     *
     * @param name the project's name; keys with the same name share a project
     * @return this
     */
    public KeyOptions project(String name) {
        project = name;
        return this;
    }

    /**
     * Sets the billing account of the key's project. Default: each project has its own.
     *
     * @param name the billing account's name
     * @return this
     */
    public KeyOptions billingAccount(String name) {
        billingAccount = name;
        return this;
    }

    /**
     * Sets the tier of the key's project, as errors name it. Default: {@link UsageTier#FREE}.
     *
     * @param paid the tier; give all keys of a project the same
     * @return this
     */
    public KeyOptions tier(UsageTier paid) {
        tier = paid;
        return this;
    }

    /**
     * Sets the key's state. Default: {@link KeyState#VALID}.
     *
     * @param initial the state
     * @return this
     */
    public KeyOptions state(KeyState initial) {
        state = initial;
        return this;
    }

    String project() {
        return project;
    }

    String billingAccount() {
        return billingAccount;
    }

    UsageTier tier() {
        return tier;
    }

    KeyState state() {
        return state;
    }
}

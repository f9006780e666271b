package io.github.geminipool.simulator;

/** What a new key is like. Used while a simulator is being built or a key is being added; not thread-safe. */
public final class KeyOptions {
    private String project = "";
    private String billingAccount = "";
    private KeyState state = KeyState.VALID;

    KeyOptions() {}

    /**
     * The project that owns its quotas, files and caches.
     *
     * @param name keys with the same name share a project; by default each key has its own
     * @return this
     */
    public KeyOptions project(String name) {
        project = name;
        return this;
    }

    /**
     * The billing account of its project.
     *
     * @param name by default each project has its own
     * @return this
     */
    public KeyOptions billingAccount(String name) {
        billingAccount = name;
        return this;
    }

    /**
     * What becomes of requests with it.
     *
     * @param initial by default {@link KeyState#VALID}
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

    KeyState state() {
        return state;
    }
}

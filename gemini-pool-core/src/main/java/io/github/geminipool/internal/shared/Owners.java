package io.github.geminipool.internal.shared;

/** Receives what this replica learns of which project owns a resource. Thread-safe; no method blocks. */
public interface Owners {

    /** Tells nobody. */
    Owners UNSHARED = new Owners() {

        @Override
        public void learned(String resource, String project) {}

        @Override
        public void forgotten(String resource) {}
    };

    /** A response has shown the owner of a resource, perhaps again. */
    void learned(String resource, String project);

    /** A resource no longer exists. */
    void forgotten(String resource);
}

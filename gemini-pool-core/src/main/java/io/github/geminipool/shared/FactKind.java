package io.github.geminipool.shared;

/** What a fact is about. Stores keep each kind for itself. */
public enum FactKind {
    /**
     * A key, project, billing account, or a use of a model by a project, is excluded. Named by the scope; ends when the exclusion
     * does.
     */
    EXCLUSION(0, true),
    /** An operator's action: a key is disabled or enabled, or what was learned was reset. Named by the action and the key. */
    OPERATOR(0, true),
    /** The project of a key. Named by the key's fingerprint: replicas that differ do not share quotas. */
    PROJECT_OF_KEY(0, true),
    /** The model behind an alias. Named by the alias. */
    ALIAS(1_000, true),
    /** The project that owns a cached content, a batch or a session. Named by the resource. */
    OWNER(10_000, true),
    /** The project that owns a file or the session of its upload. Others last longer and would displace them. */
    OWNER_OF_FILE(10_000, true),
    /** The project that owns an interaction. Every answer makes one: they would displace the others. */
    OWNER_OF_INTERACTION(10_000, true),
    /** A replica's own figures, for whoever shows all of them. Named by the replica; its value has 16 KiB at most. */
    SNAPSHOT(100, false);

    private final int most;
    private final boolean isFollowed;

    FactKind(int most, boolean isFollowed) {
        this.most = most;
        this.isFollowed = isFollowed;
    }

    /** Returns how many facts of the kind are kept: beyond that, those that end first are forgotten; 0 for any number. */
    public int most() {
        return most;
    }

    /** Returns whether every replica follows the kind, rather than reading it when needed. */
    public boolean isFollowed() {
        return isFollowed;
    }
}

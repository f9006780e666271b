package io.github.geminipool.autoconfigure;

/** Thrown when replicas are to share their quotas, but there is no single store for that. */
final class NoSharedStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean hasSeveral;

    /**
     * Creates the exception.
     *
     * @param hasSeveral whether there are several stores, none of them primary
     */
    NoSharedStoreException(boolean hasSeveral) {
        super("gemini.pool.shared.enabled is true, but there "
                + (hasSeveral ? "are several beans of type SharedStore" : "is no SharedStore"));
        this.hasSeveral = hasSeveral;
    }

    boolean hasSeveral() {
        return hasSeveral;
    }
}

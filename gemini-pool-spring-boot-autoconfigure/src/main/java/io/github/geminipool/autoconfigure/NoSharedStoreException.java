package io.github.geminipool.autoconfigure;

/** Thrown when replicas are to share, and there is nothing through which they could. */
final class NoSharedStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean hasSeveral;

    /**
     * Creates one.
     *
     * @param hasSeveral whether there are several stores, of which none is the primary one
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

package io.github.geminipool.failure;

/** The pool is closed, or is being closed, and takes no more calls. */
public final class PoolClosedException extends GeminiPoolException {

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public PoolClosedException() {
        super("This GeminiPool is closed and takes no more calls", null);
    }
}

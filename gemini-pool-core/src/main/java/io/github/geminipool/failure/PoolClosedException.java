package io.github.geminipool.failure;

/** The pool is closed or being closed and accepts no more calls. */
public final class PoolClosedException extends GeminiPoolException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public PoolClosedException() {
        super("This GeminiPool is closed and accepts no more calls", null);
    }
}

package io.github.geminipool.redis;

/** Thrown if nothing was sent, or if the connection was lost before the answer came. */
final class RedisUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates one without a stack trace, since every order throws one while the server is away. */
    RedisUnavailableException(String message) {
        super(message, null, false, false);
    }
}

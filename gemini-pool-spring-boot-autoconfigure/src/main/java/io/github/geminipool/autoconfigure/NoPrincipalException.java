package io.github.geminipool.autoconfigure;

/** Thrown when callers are to be named after Spring Security's principal, but Spring Security is missing. */
final class NoPrincipalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoPrincipalException() {
        super("gemini.pool.caller-resolver is principal, but Spring Security is not on the class path");
    }
}

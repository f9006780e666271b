package io.github.geminipool.simulator.internal.api;

/** The style of a path: how requests are authenticated and errors are written. */
public enum Dialect {
    /** Google's own: {@code models/…:generateContent}, files and so on. */
    GOOGLE,
    /** {@code openai/…}: a bearer token, errors in an array. */
    OPENAI,
    /** {@code interactions}: errors with words for codes. */
    INTERACTIONS
}

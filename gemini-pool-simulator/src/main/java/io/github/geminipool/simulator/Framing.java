package io.github.geminipool.simulator;

/** How an error in the middle of an event stream is written. */
public enum Framing {
    /** As an event: {@code data: {"error": …}}. */
    FRAMED,
    /** As JSON without {@code data:}, the form that Google's own SDKs expect. */
    BARE
}

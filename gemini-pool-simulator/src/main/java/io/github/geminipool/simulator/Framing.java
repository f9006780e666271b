package io.github.geminipool.simulator;

/** The format of an error in the middle of an event stream. */
public enum Framing {
    /** As an event: {@code data: {"error": …}}. */
    FRAMED,
    /** As JSON without {@code data:}, the form that Google's own SDKs expect. */
    BARE
}

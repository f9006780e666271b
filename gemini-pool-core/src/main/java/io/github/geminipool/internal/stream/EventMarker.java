package io.github.geminipool.internal.stream;

/**
 * An event of the pool's own behind each event of a stream, for an SDK that hands an event on only when the next one has come.
 * The pool's own streams take it out again. It is put where no model says anything, and says nothing that is counted.
 */
public final class EventMarker {

    /** What a marker says in {@code promptFeedback.blockReasonMessage}, which the Gemini API leaves out. */
    static final String MESSAGE = "gemini-pool: the event before this one is complete";

    /** The event as it is put into a stream. */
    public static final String EVENT = "data: {\"promptFeedback\":{\"blockReasonMessage\":\"" + MESSAGE + "\"}}\n\n";

    private EventMarker() {}
}

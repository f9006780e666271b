package io.github.geminipool;

import com.google.genai.types.GenerateContentResponse;

/** Observes the reading of a stream, on the reader's thread. */
interface StreamListener {

    /** Ignores everything. */
    StreamListener NONE = new StreamListener() {};

    /** Called for each part, before the reader gets it. */
    default void part(GenerateContentResponse part) {}

    /** Called when the reader has got all parts. May be called more than once. */
    default void completed() {}

    /** Called when there will be no more parts, whether all were read or not. May be called more than once. */
    default void ended() {}
}

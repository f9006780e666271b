package io.github.geminipool;

import com.google.genai.types.GenerateContentResponse;

/** Is told what the reader of a stream gets, on the reader's thread. */
interface StreamListener {

    /** For those who have nobody to tell. */
    StreamListener NONE = new StreamListener() {};

    /** The reader gets a part. */
    default void part(GenerateContentResponse part) {}

    /** The reader has got all parts. May be told more than once. */
    default void completed() {}

    /** There will be no more parts, whether all were read or not. May be told more than once. */
    default void ended() {}
}

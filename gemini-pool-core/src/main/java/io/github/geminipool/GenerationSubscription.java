package io.github.geminipool;

import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The subscription that the publishers of streamed responses pass to {@code onSubscribe}; it also says what serves it. Thread-safe. */
public interface GenerationSubscription extends Flow.Subscription {

    /** Returns the model that serves the stream: the requested one or a fallback; null before its first attempt. */
    @Nullable
    String model();

    /** Returns the name of the key that serves the stream; null before its first attempt. */
    @Nullable
    String keyName();

    /** Returns the index of the instance that serves the stream, from 0; -1 before its first attempt. */
    int instanceIndex();
}

package io.github.geminipool;

import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it comes. It must be closed; one that was read to its end or was lost holds nothing either, but the
 * latter only after a garbage collection. Can be iterated once, by one thread.
 */
public final class GenerationStream implements Iterable<GenerateContentResponse>, AutoCloseable {

    private final ResponseStream<GenerateContentResponse> stream;
    private final @Nullable String keyName;
    private final int instanceIndex;

    GenerationStream(ResponseStream<GenerateContentResponse> stream, @Nullable String keyName, int instanceIndex) {
        this.stream = stream;
        this.keyName = keyName;
        this.instanceIndex = instanceIndex;
    }

    /** The name of the key that serves the stream. */
    public @Nullable String keyName() {
        return keyName;
    }

    /** The instance that serves the stream, in its model pool. */
    public int instanceIndex() {
        return instanceIndex;
    }

    /**
     * The parts of the answer; an error in the middle of it is thrown by {@code next()} as the SDK's
     * {@link com.google.genai.errors.ApiException} or {@link com.google.genai.errors.GenAiIOException}.
     */
    @Override
    public Iterator<GenerateContentResponse> iterator() {
        return stream.iterator();
    }

    /** Ends the stream, on the wire too, and gives its instance back. */
    @Override
    public void close() {
        stream.close();
    }
}

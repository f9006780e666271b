package io.github.geminipool;

import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.FailedAttempt;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.pool.Lease;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A streamed response.
 *
 * <pre>{@code
 * try (GenerationStream stream = pool.generateContentStream(request)) {
 *     stream.forEach(part -> out.print(part.text()));
 * }
 * }</pre>
 *
 * <p>A stream holds an instance until it is closed or read to its end. Always close it: the pool reclaims the instance of a lost stream
 * only after a garbage collection. Can be iterated once. Not thread-safe.
 */
public final class GenerationStream implements Iterable<GenerateContentResponse>, AutoCloseable {

    private final ResponseStream<GenerateContentResponse> stream;
    private final @Nullable Lease lease;
    private final StreamListener listener;

    GenerationStream(ResponseStream<GenerateContentResponse> stream, @Nullable Lease lease, StreamListener listener) {
        this.stream = stream;
        this.lease = lease;
        this.listener = listener;
    }

    /** Returns the model that serves the stream: the requested one or a fallback; null if unknown. */
    public @Nullable String model() {
        return lease == null ? null : lease.model();
    }

    /** Returns the name of the key that serves the stream; null if unknown. */
    public @Nullable String keyName() {
        return lease == null ? null : lease.keyName();
    }

    /** Returns the index of the instance that serves the stream, from 0; -1 if unknown. */
    public int instanceIndex() {
        return lease == null ? -1 : lease.instanceIndex();
    }

    /**
     * Returns the parts of the response. Its {@code next()} throws {@link com.google.genai.errors.ApiException} or
     * {@link com.google.genai.errors.GenAiIOException} if the stream fails.
     */
    @Override
    public Iterator<GenerateContentResponse> iterator() {
        return new Parts(stream.iterator());
    }

    /** Ends the stream, on the wire too, and releases its instance. Closing it again has no effect. */
    @Override
    public void close() {
        try {
            stream.close();
        } finally {
            listener.ended();
        }
    }

    private RuntimeException withFailure(RuntimeException e) {
        AttemptEnded ended = lease == null ? null : lease.ended();
        Failure failure = ended == null ? null : ended.failure();
        return failure == null ? e : FailedAttempt.beside(e, failure);
    }

    private final class Parts implements Iterator<GenerateContentResponse> {

        private final Iterator<GenerateContentResponse> parts;

        Parts(Iterator<GenerateContentResponse> parts) {
            this.parts = parts;
        }

        @Override
        public boolean hasNext() {
            if (parts.hasNext()) {
                return true;
            }
            listener.completed();
            listener.ended();
            return false;
        }

        @Override
        public GenerateContentResponse next() {
            if (!hasNext()) {
                throw new NoSuchElementException("The stream has been read to its end");
            }
            GenerateContentResponse part;
            try {
                part = parts.next();
            } catch (RuntimeException e) {
                listener.ended();
                throw withFailure(e);
            }
            listener.part(part);
            return part;
        }
    }
}

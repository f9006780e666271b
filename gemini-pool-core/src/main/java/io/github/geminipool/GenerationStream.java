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
 * An answer as it comes.
 *
 * <pre>{@code
 * try (GenerationStream stream = pool.generateContentStream(request)) {
 *     stream.forEach(part -> out.print(part.text()));
 * }
 * }</pre>
 *
 * <p>It must be closed; one that was read to its end or was lost holds nothing either, but the
 * latter only after a garbage collection. Can be iterated once, by one thread.
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

    /** The model that serves the stream, which is another one than asked for where a fallback does. */
    public @Nullable String model() {
        return lease == null ? null : lease.model();
    }

    /** The name of the key that serves the stream. */
    public @Nullable String keyName() {
        return lease == null ? null : lease.keyName();
    }

    /** The instance that serves the stream, in its model pool. */
    public int instanceIndex() {
        return lease == null ? -1 : lease.instanceIndex();
    }

    /**
     * The parts of the answer; an error in the middle of it is thrown by {@code next()} as the SDK's
     * {@link com.google.genai.errors.ApiException} or {@link com.google.genai.errors.GenAiIOException}.
     */
    @Override
    public Iterator<GenerateContentResponse> iterator() {
        return new Parts(stream.iterator());
    }

    /** Ends the stream, on the wire too, and gives its instance back. */
    @Override
    public void close() {
        try {
            stream.close();
        } finally {
            listener.ended();
        }
    }

    private RuntimeException told(RuntimeException e) {
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
                throw new NoSuchElementException("The answer has been read to its end");
            }
            GenerateContentResponse part;
            try {
                part = parts.next();
            } catch (RuntimeException e) {
                listener.ended();
                throw told(e);
            }
            listener.part(part);
            return part;
        }
    }
}

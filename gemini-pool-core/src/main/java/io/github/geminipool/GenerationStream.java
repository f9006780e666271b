package io.github.geminipool;

import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.stream.UnmarkedEvents;
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
 * <p>A stream holds an instance until it is closed or read to its end. Always close it: the pool reclaims the instance of an
 * abandoned stream only after a garbage collection. It can be iterated once. Not thread-safe.
 */
public final class GenerationStream implements Iterable<GenerateContentResponse>, AutoCloseable {

    private final ResponseStream<GenerateContentResponse> stream;
    private final UnmarkedEvents events;
    private final PoolCall call;
    private final Generations calls;
    private final StreamListener listener;

    GenerationStream(
            ResponseStream<GenerateContentResponse> stream, PoolCall call, Generations calls, StreamListener listener) {
        this.stream = stream;
        this.events = new UnmarkedEvents(stream.iterator());
        this.call = call;
        this.calls = calls;
        this.listener = listener;
    }

    /** Returns the model that serves the stream: the requested one or a fallback; null if unknown. */
    public @Nullable String model() {
        Lease lease = call.lastLease();
        return lease == null ? null : lease.model();
    }

    /** Returns the name of the key that serves the stream; null if unknown. */
    public @Nullable String keyName() {
        Lease lease = call.lastLease();
        return lease == null ? null : lease.keyName();
    }

    /** Returns the index of the instance that serves the stream, from 0; -1 if unknown. */
    public int instanceIndex() {
        Lease lease = call.lastLease();
        return lease == null ? -1 : lease.instanceIndex();
    }

    /**
     * Returns the parts of the response. Its {@code next()} throws {@link com.google.genai.errors.ApiException} or
     * {@link com.google.genai.errors.GenAiIOException} if the stream fails.
     */
    @Override
    public Iterator<GenerateContentResponse> iterator() {
        return new Parts();
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

    private final class Parts implements Iterator<GenerateContentResponse> {

        @Override
        public boolean hasNext() {
            boolean hasNext;
            try {
                // A long answer may continue with another HTTP call here.
                hasNext = calls.as(call, events::hasNext);
            } catch (RuntimeException e) {
                listener.ended();
                throw Generations.thrown(call, e);
            }
            if (hasNext) {
                return true;
            }
            if (!call.isCancelled()) {
                listener.completed();
            }
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
                part = calls.as(call, events::next);
            } catch (RuntimeException e) {
                listener.ended();
                throw Generations.thrown(call, e);
            }
            listener.part(part);
            return part;
        }
    }
}

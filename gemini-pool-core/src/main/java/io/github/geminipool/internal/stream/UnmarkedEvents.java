package io.github.geminipool.internal.stream;

import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerateContentResponsePromptFeedback;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of a stream without the markers that the pool has put behind them. What fails is thrown by {@code next()}, after
 * the events before it. Not thread-safe.
 */
public final class UnmarkedEvents implements Iterator<GenerateContentResponse> {

    private final Iterator<GenerateContentResponse> events;
    private @Nullable GenerateContentResponse ahead;
    private @Nullable RuntimeException failure;

    public UnmarkedEvents(Iterator<GenerateContentResponse> events) {
        this.events = events;
    }

    /** Waits for the next event: whether what follows a marker is one can't be told before it has come. */
    @Override
    public boolean hasNext() {
        if (ahead != null || failure != null) {
            return true;
        }
        try {
            while (events.hasNext()) {
                GenerateContentResponse event = events.next();
                if (!isMarker(event)) {
                    ahead = event;
                    return true;
                }
            }
        } catch (RuntimeException e) {
            failure = e;
            return true;
        }
        return false;
    }

    private static boolean isMarker(GenerateContentResponse event) {
        return event.promptFeedback()
                .flatMap(GenerateContentResponsePromptFeedback::blockReasonMessage)
                .filter(EventMarker.MESSAGE::equals)
                .isPresent();
    }

    @Override
    public GenerateContentResponse next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The stream has been read to its end");
        }
        RuntimeException thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
        GenerateContentResponse next = Objects.requireNonNull(ahead);
        ahead = null;
        return next;
    }
}

package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.spi.CallFacts;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/** Observation context of an attempt. No trace headers are sent to Gemini, which would not use them. */
public final class GeminiAttemptContext extends SenderContext<Object> {

    private final @Nullable CallFacts facts;
    private final AttemptStarted start;
    private volatile @Nullable AttemptEnded end;

    GeminiAttemptContext(@Nullable CallFacts facts, AttemptStarted start) {
        super((carrier, key, value) -> {}, Kind.CLIENT);
        this.facts = facts;
        this.start = start;
        setCarrier(this);
        setRemoteServiceName("gemini");
    }

    /** Returns facts about the call, or null if they are not known. */
    public @Nullable CallFacts facts() {
        return facts;
    }

    /** Returns the event that started the attempt. */
    public AttemptStarted start() {
        return start;
    }

    /** Returns the event that ended the attempt, or null while it is running. */
    public @Nullable AttemptEnded end() {
        return end;
    }

    void ended(AttemptEnded event) {
        end = event;
    }
}

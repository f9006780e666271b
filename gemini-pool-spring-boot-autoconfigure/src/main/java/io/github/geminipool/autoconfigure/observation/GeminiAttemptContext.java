package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.spi.CallFacts;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/** What is known of an attempt. Nothing of a trace is sent with it: Gemini would have no use for it. */
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

    /** What its call asks for; null if that is not known. */
    public @Nullable CallFacts facts() {
        return facts;
    }

    /** How it began. */
    public AttemptStarted start() {
        return start;
    }

    /** How it ended; null as long as it has not. */
    public @Nullable AttemptEnded end() {
        return end;
    }

    void ended(AttemptEnded event) {
        end = event;
    }
}

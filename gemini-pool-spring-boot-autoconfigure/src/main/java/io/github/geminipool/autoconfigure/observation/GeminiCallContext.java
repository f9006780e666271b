package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallFacts;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** What is known of a call; more as it goes on. */
public final class GeminiCallContext extends Observation.Context {

    private volatile @Nullable CallFacts facts;
    private volatile @Nullable AttemptEnded lastAttempt;
    private volatile @Nullable CallEnded end;

    GeminiCallContext() {}

    /** What it asks for; null as long as that is not known. */
    public @Nullable CallFacts facts() {
        return facts;
    }

    /** How its last attempt ended; null if none has. */
    public @Nullable AttemptEnded lastAttempt() {
        return lastAttempt;
    }

    /** How it ended; null as long as it has not. */
    public @Nullable CallEnded end() {
        return end;
    }

    void asks(CallFacts what) {
        facts = what;
    }

    void attemptEnded(AttemptEnded event) {
        lastAttempt = event;
    }

    void ended(CallEnded event) {
        end = event;
    }
}

package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallFacts;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** Observation context of a call. Filled in as the call proceeds. */
public final class GeminiCallContext extends Observation.Context {

    private volatile @Nullable CallFacts facts;
    private volatile @Nullable AttemptEnded lastAttempt;
    private volatile @Nullable CallEnded end;

    GeminiCallContext() {}

    /** Returns facts about the call, or null until they are known. */
    public @Nullable CallFacts facts() {
        return facts;
    }

    /** Returns the end of the latest attempt, or null if none has ended. */
    public @Nullable AttemptEnded lastAttempt() {
        return lastAttempt;
    }

    /** Returns the event that ended the call, or null while it is running. */
    public @Nullable CallEnded end() {
        return end;
    }

    void facts(CallFacts known) {
        facts = known;
    }

    void attemptEnded(AttemptEnded event) {
        lastAttempt = event;
    }

    void ended(CallEnded event) {
        end = event;
    }
}

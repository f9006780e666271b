package io.github.geminipool.autoconfigure.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Convention for observations of attempts. A bean of this type replaces {@link DefaultGeminiAttemptConvention}. */
public interface GeminiAttemptConvention extends ObservationConvention<GeminiAttemptContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof GeminiAttemptContext;
    }
}

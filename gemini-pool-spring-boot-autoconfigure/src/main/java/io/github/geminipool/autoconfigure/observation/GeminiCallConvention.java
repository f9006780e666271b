package io.github.geminipool.autoconfigure.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Convention for observations of calls. A bean of this type replaces {@link DefaultGeminiCallConvention}. */
public interface GeminiCallConvention extends ObservationConvention<GeminiCallContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof GeminiCallContext;
    }
}

package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.autoconfigure.observation.PoolObservation.HighCardinality;
import io.github.geminipool.autoconfigure.observation.PoolObservation.LowCardinality;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.micrometer.common.KeyValues;

/** Default convention for attempts: OpenTelemetry's attributes, plus the names of key and project. */
public class DefaultGeminiAttemptConvention implements GeminiAttemptConvention {

    /** Creates the convention. */
    public DefaultGeminiAttemptConvention() {}

    @Override
    public String getName() {
        return PoolObservation.ATTEMPT.getName();
    }

    @Override
    public String getContextualName(GeminiAttemptContext context) {
        return "attempt with " + context.start().key();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(GeminiAttemptContext context) {
        AttemptEnded end = context.end();
        Failure failure = end == null ? null : end.failure();
        return KeyValues.of(
                KeyValuesOf.provider(),
                KeyValuesOf.operation(context.facts()),
                LowCardinality.KEY.withValue(context.start().key()),
                LowCardinality.PROJECT.withValue(context.start().project()),
                KeyValuesOf.error(failure == null ? null : KeyValuesOf.text(failure.kind())));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(GeminiAttemptContext context) {
        return KeyValuesOf.of(context.end())
                .and(
                        HighCardinality.REQUEST_MODEL.withValue(context.start().model()),
                        HighCardinality.INSTANCE.withValue(
                                String.valueOf(context.start().instance())));
    }
}

package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.autoconfigure.observation.PoolObservation.HighCardinality;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.spi.CallFacts;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/** Default convention for calls: OpenTelemetry's attributes, plus the number of attempts and the waiting time. */
public class DefaultGeminiCallConvention implements GeminiCallConvention {

    /** Creates the convention. */
    public DefaultGeminiCallConvention() {}

    @Override
    public String getName() {
        return PoolObservation.CALL.getName();
    }

    @Override
    public String getContextualName(GeminiCallContext context) {
        CallFacts facts = context.facts();
        return facts == null ? getName() : KeyValuesOf.name(facts.operation()) + " " + facts.model();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(GeminiCallContext context) {
        return KeyValues.of(
                KeyValuesOf.provider(), KeyValuesOf.operation(context.facts()), KeyValuesOf.error(errorType(context)));
    }

    static @Nullable String errorType(GeminiCallContext context) {
        AttemptEnded last = context.lastAttempt();
        Failure failure = last == null ? null : last.failure();
        CallEnded end = context.end();
        if (end != null && (failure == null || end.outcome() == CallEnded.Outcome.EXHAUSTED)) {
            return end.outcome() == CallEnded.Outcome.SUCCESS ? null : KeyValuesOf.text(end.outcome());
        }
        return failure == null ? null : KeyValuesOf.text(failure.kind());
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(GeminiCallContext context) {
        KeyValues values = KeyValuesOf.of(context.lastAttempt());
        CallFacts facts = context.facts();
        if (facts != null) {
            values = values.and(HighCardinality.REQUEST_MODEL.withValue(facts.model()));
        }
        CallEnded end = context.end();
        return end == null
                ? values
                : values.and(
                        HighCardinality.ATTEMPTS.withValue(String.valueOf(end.attempts())),
                        HighCardinality.WAITED.withValue(
                                String.valueOf(end.waited().toMillis())));
    }
}

package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.autoconfigure.observation.PoolObservation.HighCardinality;
import io.github.geminipool.autoconfigure.observation.PoolObservation.LowCardinality;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Key values that calls and attempts have in common. */
final class KeyValuesOf {

    private static final String UNKNOWN = "unknown";

    private KeyValuesOf() {}

    static KeyValue provider() {
        return LowCardinality.PROVIDER.withValue("gcp.gemini");
    }

    static KeyValue operation(@Nullable CallFacts facts) {
        return LowCardinality.OPERATION.withValue(facts == null ? UNKNOWN : name(facts.operation()));
    }

    /** Returns OpenTelemetry's name for the operation, if it has one. */
    static String name(Operation operation) {
        return switch (operation) {
            case GENERATE, STREAM -> "generate_content";
            case EMBED -> "embeddings";
            default -> text(operation);
        };
    }

    static KeyValue error(@Nullable String type) {
        return LowCardinality.ERROR_TYPE.withValue(type == null ? KeyValue.NONE_VALUE : type);
    }

    static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static KeyValues of(@Nullable AttemptEnded attempt) {
        if (attempt == null) {
            return KeyValues.empty();
        }
        KeyValues values = KeyValues.empty();
        Failure failure = attempt.failure();
        if (failure != null && failure.status() > 0) {
            values = values.and(HighCardinality.STATUS.withValue(String.valueOf(failure.status())));
        }
        ResponseFacts response = attempt.response();
        return response == null ? values : values.and(of(response));
    }

    private static KeyValues of(ResponseFacts response) {
        KeyValues values = KeyValues.empty();
        if (response.model() != null) {
            values = values.and(HighCardinality.RESPONSE_MODEL.withValue(response.model()));
        }
        if (response.id() != null) {
            values = values.and(HighCardinality.RESPONSE_ID.withValue(response.id()));
        }
        if (response.finishReason() != null) {
            values = values.and(HighCardinality.FINISH_REASONS.withValue(response.finishReason()));
        }
        TokenUsage tokens = response.tokens();
        if (tokens != null) {
            values = values.and(
                    HighCardinality.INPUT_TOKENS.withValue(String.valueOf(tokens.input())),
                    HighCardinality.OUTPUT_TOKENS.withValue(String.valueOf(tokens.output() + tokens.thoughts())));
        }
        return values;
    }
}

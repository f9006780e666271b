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

/** What calls and attempts are described by alike. */
final class KeyValuesOf {

    private static final String UNKNOWN = "unknown";

    private KeyValuesOf() {}

    static KeyValue provider() {
        return LowCardinality.PROVIDER.withValue("gcp.gemini");
    }

    static KeyValue operation(@Nullable CallFacts facts) {
        return LowCardinality.OPERATION.withValue(facts == null ? UNKNOWN : name(facts.operation()));
    }

    /** OpenTelemetry has names for what most providers can do. */
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
        ResponseFacts answer = attempt.response();
        return answer == null ? values : values.and(of(answer));
    }

    private static KeyValues of(ResponseFacts answer) {
        KeyValues values = KeyValues.empty();
        if (answer.model() != null) {
            values = values.and(HighCardinality.RESPONSE_MODEL.withValue(answer.model()));
        }
        if (answer.id() != null) {
            values = values.and(HighCardinality.RESPONSE_ID.withValue(answer.id()));
        }
        if (answer.finishReason() != null) {
            values = values.and(HighCardinality.FINISH_REASONS.withValue(answer.finishReason()));
        }
        TokenUsage tokens = answer.tokens();
        if (tokens != null) {
            values = values.and(
                    HighCardinality.INPUT_TOKENS.withValue(String.valueOf(tokens.input())),
                    HighCardinality.OUTPUT_TOKENS.withValue(String.valueOf(tokens.output() + tokens.thoughts())));
        }
        return values;
    }
}

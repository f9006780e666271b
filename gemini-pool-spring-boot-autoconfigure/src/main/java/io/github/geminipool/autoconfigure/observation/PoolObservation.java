package io.github.geminipool.autoconfigure.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of a pool. They contain neither prompts nor responses. Names follow OpenTelemetry where it defines one.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/">OpenTelemetry's conventions</a>
 */
public enum PoolObservation implements ObservationDocumentation {
    /** A call, including all attempts and waiting, up to the end of the response. */
    CALL("gemini.pool.call"),
    /** An attempt of a call, from the lease to the end of the response. */
    ATTEMPT("gemini.pool.attempt");

    private final String observationName;

    PoolObservation(String observationName) {
        this.observationName = observationName;
    }

    @Override
    public String getName() {
        return observationName;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return LowCardinality.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return HighCardinality.values();
    }

    /** Key names with few values; also used as tags of meters. */
    public enum LowCardinality implements KeyName {
        /** The provider: {@code gcp.gemini}. */
        PROVIDER("gen_ai.provider.name"),
        /** The operation, such as {@code generate_content} or {@code embeddings}. */
        OPERATION("gen_ai.operation.name"),
        /** Attempts: the name of the key. */
        KEY("gemini.pool.key"),
        /** Attempts: the name of the key's project. */
        PROJECT("gemini.pool.project"),
        /** The kind of failure, {@code exhausted} or {@code cancelled}; {@code none} on success. */
        ERROR_TYPE("error.type");

        private final String keyName;

        LowCardinality(String keyName) {
            this.keyName = keyName;
        }

        @Override
        public String asString() {
            return keyName;
        }
    }

    /** Key names with unbounded values. */
    public enum HighCardinality implements KeyName {
        /** The requested model. */
        REQUEST_MODEL("gen_ai.request.model"),
        /** The version of the model that responded. */
        RESPONSE_MODEL("gen_ai.response.model"),
        /** The id of the response. */
        RESPONSE_ID("gen_ai.response.id"),
        /** Why the model stopped generating. */
        FINISH_REASONS("gen_ai.response.finish_reasons"),
        /** Number of tokens of the prompt. */
        INPUT_TOKENS("gen_ai.usage.input_tokens"),
        /** Number of tokens of the response, including thoughts, as billed. */
        OUTPUT_TOKENS("gen_ai.usage.output_tokens"),
        /** The HTTP status of the failure. */
        STATUS("http.response.status_code"),
        /** Calls: number of attempts. */
        ATTEMPTS("gemini.pool.attempts"),
        /** Calls: time spent waiting for instances and keys, in milliseconds. */
        WAITED("gemini.pool.waited"),
        /** Attempts: index of the instance in the model pool. */
        INSTANCE("gemini.pool.instance");

        private final String keyName;

        HighCardinality(String keyName) {
            this.keyName = keyName;
        }

        @Override
        public String asString() {
            return keyName;
        }
    }
}

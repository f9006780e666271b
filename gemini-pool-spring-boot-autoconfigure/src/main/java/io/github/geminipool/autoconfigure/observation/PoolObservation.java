package io.github.geminipool.autoconfigure.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of a pool. No prompt and no answer is part of them. Names are OpenTelemetry's where it has one.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/">OpenTelemetry's conventions</a>
 */
public enum PoolObservation implements ObservationDocumentation {
    /** A call with all its attempts and waiting, up to the end of its answer. */
    CALL("gemini.pool.call"),
    /** An attempt of a call, from the lease to the end of the answer. */
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

    /** What takes few values, and is a tag of meters too. */
    public enum LowCardinality implements KeyName {
        /** {@code gcp.gemini}. */
        PROVIDER("gen_ai.provider.name"),
        /** What is asked for, such as {@code generate_content} or {@code embeddings}. */
        OPERATION("gen_ai.operation.name"),
        /** Of an attempt: the name of its key. */
        KEY("gemini.pool.key"),
        /** Of an attempt: the name of the key's project. */
        PROJECT("gemini.pool.project"),
        /** The kind of the failure, {@code exhausted} or {@code cancelled}; {@code none} without one. */
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

    /** What may take any value. */
    public enum HighCardinality implements KeyName {
        /** The model asked for. */
        REQUEST_MODEL("gen_ai.request.model"),
        /** The version of the model that answered. */
        RESPONSE_MODEL("gen_ai.response.model"),
        /** The answer's own name. */
        RESPONSE_ID("gen_ai.response.id"),
        /** Why the model stopped. */
        FINISH_REASONS("gen_ai.response.finish_reasons"),
        /** Tokens of the prompt. */
        INPUT_TOKENS("gen_ai.usage.input_tokens"),
        /** Tokens of the answer, thoughts included, as they are billed. */
        OUTPUT_TOKENS("gen_ai.usage.output_tokens"),
        /** The status of the failure, as HTTP has it. */
        STATUS("http.response.status_code"),
        /** Of a call: how many attempts it took. */
        ATTEMPTS("gemini.pool.attempts"),
        /** Of a call: how long it waited for instances, in milliseconds. */
        WAITED("gemini.pool.waited"),
        /** Of an attempt: its place in the model pool. */
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

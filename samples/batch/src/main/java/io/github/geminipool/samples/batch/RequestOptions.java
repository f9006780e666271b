package io.github.geminipool.samples.batch;

import io.github.geminipool.GenerationRequest;
import org.jspecify.annotations.Nullable;

/** Request options; null means the default of the pool or Gemini. */
record RequestOptions(
        @Nullable String model,
        @Nullable String system,
        @Nullable Float temperature) {

    /** Returns these options, with defaults for those not set. */
    RequestOptions or(RequestOptions other) {
        return new RequestOptions(
                model == null ? other.model : model,
                system == null ? other.system : system,
                temperature == null ? other.temperature : temperature);
    }

    GenerationRequest applyTo(GenerationRequest request) {
        GenerationRequest applied = request;
        if (model != null) {
            applied = applied.model(model);
        }
        if (system != null) {
            applied = applied.systemInstruction(system);
        }
        if (temperature != null) {
            applied = applied.temperature(temperature);
        }
        return applied;
    }
}

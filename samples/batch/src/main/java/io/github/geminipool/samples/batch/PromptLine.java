package io.github.geminipool.samples.batch;

import org.jspecify.annotations.Nullable;

/** A JSONL line of the input. */
record PromptLine(
        @Nullable String id,
        @Nullable String prompt,
        @Nullable String model,
        @Nullable String system,
        @Nullable Float temperature) {

    Prompt numbered(long index, RequestOptions defaults) {
        return new Prompt(
                index, id, String.valueOf(prompt), new RequestOptions(model, system, temperature).or(defaults));
    }
}

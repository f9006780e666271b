package io.github.geminipool.internal.request;

import io.github.geminipool.key.Use;
import io.github.geminipool.spi.Operation;

/**
 * What a method of a model does.
 *
 * @see <a href="https://ai.google.dev/api">the API's methods</a>
 */
record ModelMethod(Operation operation, Use use) {

    private static final ModelMethod GENERATE = new ModelMethod(Operation.GENERATE, Use.PLAIN);
    private static final ModelMethod STREAM = new ModelMethod(Operation.STREAM, Use.PLAIN);
    private static final ModelMethod EMBED = new ModelMethod(Operation.EMBED, Use.EMBED);
    private static final ModelMethod COUNT_TOKENS = new ModelMethod(Operation.COUNT_TOKENS, Use.OTHER);
    private static final ModelMethod PREDICT = new ModelMethod(Operation.GENERATE, Use.PREDICT);
    private static final ModelMethod START_PREDICTION = new ModelMethod(Operation.WRITE, Use.PREDICT);
    private static final ModelMethod BATCH = new ModelMethod(Operation.WRITE, Use.BATCH);
    private static final ModelMethod OTHER = new ModelMethod(Operation.WRITE, Use.OTHER);

    static ModelMethod of(String name) {
        return switch (name) {
            case "generateContent", "generateAnswer" -> GENERATE;
            case "streamGenerateContent" -> STREAM;
            case "embedContent", "batchEmbedContents" -> EMBED;
            case "countTokens" -> COUNT_TOKENS;
            case "predict" -> PREDICT;
            case "predictLongRunning" -> START_PREDICTION;
            case "batchGenerateContent", "asyncBatchEmbedContent" -> BATCH;
            default -> OTHER;
        };
    }
}

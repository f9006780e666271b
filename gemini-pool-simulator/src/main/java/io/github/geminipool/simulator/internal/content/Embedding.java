package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.Random;

/** Embeddings derived from the text: equal texts have equal unit vectors. */
public final class Embedding {
    private static final int DIMENSIONS = 768;
    private static final int MAX_DIMENSIONS = 3072;

    private Embedding() {}

    /**
     * Returns the embedding for a request.
     *
     * @param request an {@code EmbedContentRequest}
     * @return a {@code ContentEmbedding} with the requested number of dimensions, by default 768
     */
    public static ObjectNode of(JsonNode request) {
        int dimensions = request.path("outputDimensionality").asInt(DIMENSIONS);
        dimensions = Math.max(1, Math.min(MAX_DIMENSIONS, dimensions));
        Random random = new Random(Echo.prompt(request.path("content")).hashCode());
        double[] vector = random.doubles(dimensions, -1, 1).toArray();
        double length = 0;
        for (double value : vector) {
            length += value * value;
        }
        ObjectNode embedding = Json.object();
        ArrayNode values = embedding.putArray("values");
        for (double value : vector) {
            values.add((float) (value / Math.sqrt(length)));
        }
        return embedding;
    }
}

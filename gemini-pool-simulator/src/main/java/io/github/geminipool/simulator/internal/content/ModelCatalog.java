package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.List;

/** The models that are offered. Immutable. */
public final class ModelCatalog {
    private static final List<String> USUAL =
            List.of("gemini-flash-latest", "gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-embedding-2");

    private final List<String> names;
    private final boolean open;

    /**
     * A catalog of these models only.
     *
     * @param names without {@code models/}; none: a few usual ones are listed, and every name is answered
     */
    public ModelCatalog(List<String> names) {
        this.open = names.isEmpty();
        this.names = open ? USUAL : List.copyOf(names);
    }

    /**
     * Whether a model is answered.
     *
     * @param name without {@code models/}
     * @return whether it is known, or any name will do
     */
    public boolean offers(String name) {
        return open || names.contains(name);
    }

    /**
     * The models that a list shows.
     *
     * @return {@code Model}s
     */
    public List<ObjectNode> all() {
        return names.stream().map(ModelCatalog::model).toList();
    }

    /**
     * One model.
     *
     * @param name without {@code models/}
     * @return a {@code Model}
     */
    public static ObjectNode model(String name) {
        boolean embeds = name.contains("embedding");
        ObjectNode model = Json.object()
                .put("name", "models/" + name)
                .put("version", "001")
                .put("displayName", name + " (simulated)")
                .put("description", "Played by the Gemini simulator")
                .put("inputTokenLimit", embeds ? 8192 : 1_048_576)
                .put("outputTokenLimit", embeds ? 1 : 65_536);
        var methods = model.putArray("supportedGenerationMethods");
        if (embeds) {
            methods.add("embedContent").add("batchEmbedContents").add("countTokens");
        } else {
            methods.add("generateContent")
                    .add("streamGenerateContent")
                    .add("countTokens")
                    .add("createCachedContent")
                    .add("bidiGenerateContent");
            model.put("temperature", 1)
                    .put("maxTemperature", 2)
                    .put("topP", 0.95)
                    .put("topK", 64);
        }
        return model;
    }
}

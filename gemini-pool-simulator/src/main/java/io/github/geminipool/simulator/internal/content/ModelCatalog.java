package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.List;
import java.util.function.Predicate;

/** The offered models. Immutable. */
public final class ModelCatalog {
    private static final List<String> DEFAULTS =
            List.of("gemini-flash-latest", "gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-embedding-2");

    private final List<String> names;
    private final boolean open;

    /**
     * Creates a catalog.
     *
     * @param names model names without {@code models/}; if empty, any name is accepted and some common ones are listed
     */
    public ModelCatalog(List<String> names) {
        this.open = names.isEmpty();
        this.names = open ? DEFAULTS : List.copyOf(names);
    }

    /**
     * Returns whether a model is offered.
     *
     * @param name model name without {@code models/}
     * @return whether it is offered
     */
    public boolean offers(String name) {
        return open || names.contains(name);
    }

    /**
     * Returns the listed models.
     *
     * @param offered which names the requested version offers
     * @return {@code Model} objects
     */
    public List<ObjectNode> all(Predicate<String> offered) {
        return names.stream().filter(offered).map(ModelCatalog::model).toList();
    }

    /**
     * Returns a model.
     *
     * @param name model name without {@code models/}
     * @return a {@code Model} object
     */
    public static ObjectNode model(String name) {
        boolean embeds = name.contains("embedding");
        ObjectNode model = Json.object()
                .put("name", "models/" + name)
                .put("version", "001")
                .put("displayName", name + " (simulated)")
                .put("description", "Simulated by gemini-pool-simulator")
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

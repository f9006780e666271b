package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.simulator.ServiceTier;
import io.github.geminipool.simulator.Use;
import io.github.geminipool.simulator.internal.content.Continuation;
import io.github.geminipool.simulator.internal.content.Tokens;
import io.github.geminipool.simulator.internal.quota.Cost;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a request asks for, as read from its body.
 *
 * @param cost what it takes of quotas
 * @param uses what it uses of the API
 * @param tier the tier that it asks for
 * @param streams whether it asks for a stream
 * @param hop the hop of a long answer, counted from 1
 */
public record Asked(Cost cost, Set<Use> uses, ServiceTier tier, boolean streams, int hop) {
    /** Copies the uses. */
    public Asked {
        uses = Set.copyOf(uses);
    }

    static Asked of(Route route, JsonNode body, JsonNode prompt) {
        long requests = uses(route, prompt).contains(Use.EMBED)
                ? Math.max(1, prompt.path("requests").size())
                : 1;
        Optional<Continuation> continuation = Continuation.of(prompt);
        long tokens = continuation.map(Continuation::inputTokens).orElseGet(() -> Tokens.ofRequest(prompt));
        return new Asked(
                new Cost(requests, tokens),
                uses(route, prompt),
                ServiceTier.of(prompt.path("serviceTier")
                        .asText(prompt.path("service_tier").asText())),
                streams(route, body),
                continuation.map(Continuation::hop).orElse(1));
    }

    private static boolean streams(Route route, JsonNode body) {
        return switch (route.operation()) {
            case STREAM_GENERATE_CONTENT -> true;
            case OPENAI_CHAT, INTERACTIONS_CREATE -> body.path("stream").asBoolean();
            default -> false;
        };
    }

    private static Set<Use> uses(Route route, JsonNode prompt) {
        if (route.dialect() == Dialect.INTERACTIONS) {
            Set<Use> uses = EnumSet.of(Use.INTERACTIONS);
            tools(prompt).stream().filter(use -> use != Use.PLAIN).forEach(uses::add);
            return uses;
        }
        return switch (route.operation()) {
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT, COUNT_TOKENS, OPENAI_CHAT -> tools(prompt);
            case EMBED_CONTENT, BATCH_EMBED_CONTENTS, OPENAI_EMBEDDINGS -> Set.of(Use.EMBED);
            case CACHES_CREATE, CACHES_GET, CACHES_LIST, CACHES_UPDATE, CACHES_DELETE -> Set.of(Use.CACHES);
            case UPLOAD_START, UPLOAD_CHUNK, FILES_GET, FILES_LIST, FILES_DELETE -> Set.of(Use.FILES);
            case OPENAI_IMAGES -> Set.of(Use.PREDICT);
            case INTERACTIONS_CREATE -> Set.of(Use.INTERACTIONS);
            case LIVE -> Set.of(Use.LIVE);
            case RESOURCES_CREATE, RESOURCES_GET, RESOURCES_LIST, RESOURCES_DELETE, RESOURCES_CALL ->
                Set.of(ofResource(route.resource()));
            case LIST_MODELS, GET_MODEL, OTHER -> Set.of(Use.OTHER);
        };
    }

    private static Set<Use> tools(JsonNode body) {
        Set<Use> uses = EnumSet.noneOf(Use.class);
        for (JsonNode tool : body.path("tools")) {
            tool.properties().forEach(field -> {
                switch (field.getKey().replace("_", "").toLowerCase(java.util.Locale.ROOT)) {
                    case "googlesearch", "googlesearchretrieval", "googlemaps" -> uses.add(Use.GROUNDED);
                    case "urlcontext" -> uses.add(Use.URL_CONTEXT);
                    case "codeexecution" -> uses.add(Use.CODE_EXECUTION);
                    case "filesearch" -> uses.add(Use.FILE_SEARCH);
                    default -> {}
                }
            });
        }
        return uses.isEmpty() ? Set.of(Use.PLAIN) : uses;
    }

    private static Use ofResource(String name) {
        String collection = name.split("[/:]", 2)[0];
        return switch (collection) {
            case "batches" -> Use.BATCH;
            case "operations", "models" -> Use.PREDICT;
            default -> Use.OTHER;
        };
    }
}

package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.Embedding;
import io.github.geminipool.simulator.internal.content.GeneratedAnswer;
import io.github.geminipool.simulator.internal.content.ModelCatalog;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.Page;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Responses of models. Thread-safe. */
public final class ModelAnswers {
    private static final Pattern OWN_FILE = Pattern.compile("(?:^|/v1[a-z0-9]*/)(files/[^/?]+)");

    private final ModelCatalog catalog;
    private final ResourceStore files;
    private final ResourceStore caches;
    private final ResourceAnswers resources;
    private final Refusals refusals;
    private final AtomicLong answers = new AtomicLong();

    /**
     * Creates the responses of a catalog's models.
     *
     * @param catalog the models
     * @param files files that prompts may name
     * @param caches caches that prompts may name
     * @param resources other resources that prompts may name
     * @param refusals for unknown models and other projects' resources
     */
    public ModelAnswers(
            ModelCatalog catalog,
            ResourceStore files,
            ResourceStore caches,
            ResourceAnswers resources,
            Refusals refusals) {
        this.catalog = catalog;
        this.files = files;
        this.caches = caches;
        this.resources = resources;
        this.refusals = refusals;
    }

    /** Responds to requests that name a model, and lists models. */
    Reply answer(ApiCall call, String project) {
        if (call.operation() == Operation.LIST_MODELS) {
            return Reply.ok(Page.of("models", catalog.all(), call.query()));
        }
        if (!catalog.offers(call.model())) {
            return refusals.wire("404-model-not-found.json", call);
        }
        ObjectNode body = call.json().orElseGet(Json::object);
        return switch (call.operation()) {
            case GET_MODEL -> Reply.ok(ModelCatalog.model(call.model()));
            case COUNT_TOKENS -> refusal(call, body, project).orElseGet(() -> count(call));
            case EMBED_CONTENT -> {
                ObjectNode tree = Json.object();
                tree.set("embedding", Embedding.of(body));
                yield Reply.ok(tree);
            }
            case BATCH_EMBED_CONTENTS -> embedAll(body);
            default -> generate(call, body, project);
        };
    }

    private static Reply count(ApiCall call) {
        ObjectNode tree = Json.object().put("totalTokens", call.inputTokens());
        tree.putArray("promptTokensDetails").addObject().put("modality", "TEXT").put("tokenCount", call.inputTokens());
        return Reply.ok(tree);
    }

    private static Reply embedAll(ObjectNode body) {
        ObjectNode tree = Json.object();
        ArrayNode embeddings = tree.putArray("embeddings");
        for (JsonNode request : body.path("requests")) {
            embeddings.add(Embedding.of(request));
        }
        return Reply.ok(tree);
    }

    private Reply generate(ApiCall call, ObjectNode body, String project) {
        if (body.path("contents").isEmpty()) {
            return Refusals.invalid("* GenerateContentRequest.contents: contents is not specified\n");
        }
        Optional<Reply> refusal = refusal(call, body, project);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Optional<OwnedResource> cached = caches.find(body.path("cachedContent").asText(), project);
        String id = "simulated-" + answers.incrementAndGet();
        GeneratedAnswer answer = GeneratedAnswer.to(
                call.model(), id, body, cached.map(OwnedResource::tokens).orElse(0L));
        if (call.operation() == Operation.GENERATE_CONTENT) {
            return Reply.ok(answer.whole());
        }
        return new Reply.Events(
                answer.events().stream().map(Json::line).toList(),
                "sse".equals(call.query().get("alt")));
    }

    /** Returns the error if the project may not use a resource that the prompt names. */
    private Optional<Reply> refusal(ApiCall call, ObjectNode body, String project) {
        for (JsonNode uri : body.path("contents").findValues("fileUri")) {
            Matcher own = OWN_FILE.matcher(uri.asText());
            if (own.find() && files.find(own.group(1), project).isEmpty()) {
                return Optional.of(refusals.wire("403-file-of-another-project.json", about(call, own.group(1))));
            }
        }
        String cache = body.path("cachedContent").asText();
        if (!cache.isEmpty() && caches.find(cache, project).isEmpty()) {
            return Optional.of(refusals.wire("403-cached-content-missing.json", call));
        }
        return resources.refusal(call, project);
    }

    private static ApiCall about(ApiCall call, String file) {
        Route route = new Route(call.operation(), call.route().model(), file);
        return new ApiCall(
                route,
                call.model(),
                call.secret(),
                call.base(),
                call.query(),
                call.headers(),
                call.bytes(),
                call.json(),
                call.inputTokens());
    }
}

package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.Embedding;
import io.github.geminipool.simulator.internal.content.GeneratedAnswer;
import io.github.geminipool.simulator.internal.content.ModelCatalog;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.Page;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Responses of models. Thread-safe. */
final class ModelAnswers implements Answers {
    private static final Pattern OWN_FILE = Pattern.compile("(?:^|/v1[a-z0-9]*/)(files/[^/?]+)");

    private final ModelCatalog catalog;
    private final Generator generator;
    private final ResourceStore files;
    private final ResourceStore caches;
    private final ResourceAnswers resources;
    private final Refusals refusals;

    ModelAnswers(
            ModelCatalog catalog,
            Generator generator,
            ResourceStore files,
            ResourceStore caches,
            ResourceAnswers resources,
            Refusals refusals) {
        this.catalog = catalog;
        this.generator = generator;
        this.files = files;
        this.caches = caches;
        this.resources = resources;
        this.refusals = refusals;
    }

    @Override
    public Optional<Reply> refusal(ApiCall call, String project) {
        if (call.operation() == Operation.LIST_MODELS) {
            return Optional.empty();
        }
        String version = call.route().version();
        if (!catalog.offers(call.model()) || !ApiVersion.offers(version, call.model())) {
            return Optional.of(refusals.wire("404-model-not-found.json", call));
        }
        ObjectNode body = call.json().orElseGet(Json::object);
        return switch (call.operation()) {
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> {
                List<String> unknown = ApiVersion.unknownFields(version, body);
                if (!unknown.isEmpty()) {
                    yield Optional.of(Refusals.unknownFields(unknown));
                }
                yield body.path("contents").isEmpty()
                        ? Optional.of(
                                Refusals.invalid("* GenerateContentRequest.contents: contents is not specified\n"))
                        : forbidden(call, body, project).or(() -> generator.refusal(call, body, project));
            }
            case COUNT_TOKENS -> forbidden(call, body, project);
            default -> Optional.empty();
        };
    }

    @Override
    public Reply answer(ApiCall call, Admitted admitted) {
        ObjectNode body = call.json().orElseGet(Json::object);
        return switch (call.operation()) {
            case LIST_MODELS -> {
                String version = call.route().version();
                yield Reply.ok(Page.of("models", catalog.all(name -> ApiVersion.offers(version, name)), call.query()));
            }
            case GET_MODEL -> Reply.ok(ModelCatalog.model(call.model()));
            case COUNT_TOKENS -> count(call);
            case EMBED_CONTENT -> {
                ObjectNode tree = Json.object();
                tree.set("embedding", Embedding.of(body));
                yield Reply.ok(tree);
            }
            case BATCH_EMBED_CONTENTS -> embedAll(body);
            default -> generate(call, body, admitted);
        };
    }

    private static Reply count(ApiCall call) {
        long tokens = call.asked().cost().inputTokens();
        ObjectNode tree = Json.object().put("totalTokens", tokens);
        tree.putArray("promptTokensDetails").addObject().put("modality", "TEXT").put("tokenCount", tokens);
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

    private Reply generate(ApiCall call, ObjectNode body, Admitted admitted) {
        GeneratedAnswer answer = generator.answer(call.model(), body, admitted);
        if (call.operation() == Operation.GENERATE_CONTENT) {
            return Reply.ok(answer.whole());
        }
        return new Reply.Events(
                answer.events().stream().map(Json::line).toList(),
                "sse".equals(call.query().get("alt")) ? Reply.Shape.GOOGLE_EVENTS : Reply.Shape.ARRAY);
    }

    /** Returns the error if the project may not use a resource that the prompt names. */
    private Optional<Reply> forbidden(ApiCall call, ObjectNode body, String project) {
        for (JsonNode uri : body.path("contents").findValues("fileUri")) {
            Matcher own = OWN_FILE.matcher(uri.asText());
            if (own.find() && files.find(own.group(1), project).isEmpty()) {
                return Optional.of(refusals.wire("403-file-of-another-project.json", call.about(own.group(1))));
            }
        }
        String cache = body.path("cachedContent").asText();
        if (!cache.isEmpty() && caches.find(cache, project).isEmpty()) {
            return Optional.of(refusals.wire("403-cached-content-missing.json", call));
        }
        return resources.forbidden(call, project);
    }
}

package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.ChatCompletion;
import io.github.geminipool.simulator.internal.content.Embedding;
import io.github.geminipool.simulator.internal.content.ModelCatalog;
import io.github.geminipool.simulator.internal.content.Tokens;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Responses in the shape of OpenAI's API. Thread-safe. */
final class OpenAiAnswers implements Answers {
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private final InstantSource clock;
    private final ModelCatalog catalog;
    private final Generator generator;
    private final Refusals refusals;
    private final ResourceStore files;
    private final ResourceAnswers resources;

    OpenAiAnswers(
            InstantSource clock,
            ModelCatalog catalog,
            Generator generator,
            Refusals refusals,
            ResourceStore files,
            ResourceAnswers resources) {
        this.clock = clock;
        this.catalog = catalog;
        this.generator = generator;
        this.refusals = refusals;
        this.files = files;
        this.resources = resources;
    }

    @Override
    public Optional<Reply> refusal(ApiCall call, String project) {
        boolean namesModel = call.operation().usesQuota() || call.operation() == Operation.GET_MODEL;
        if (!namesModel) {
            return Optional.empty();
        }
        if (call.model().isEmpty()) {
            return Optional.of(Refusals.invalid("model is not specified."));
        }
        String version = call.route().version();
        if (!catalog.offers(call.model()) || !ApiVersion.offers(version, call.model())) {
            return Optional.of(refusals.wire("404-model-not-found.json", call));
        }
        boolean isEmpty = call.operation() == Operation.OPENAI_CHAT
                && call.prompt().path("contents").isEmpty();
        return isEmpty ? Optional.of(Refusals.invalid("messages is not specified.")) : Optional.empty();
    }

    @Override
    public Reply answer(ApiCall call, Admitted admitted) {
        return switch (call.operation()) {
            case OPENAI_CHAT -> chat(call, admitted);
            case OPENAI_EMBEDDINGS -> Reply.ok(embeddings(call));
            case OPENAI_IMAGES -> Reply.ok(image());
            case LIST_MODELS ->
                Reply.ok(list(catalog.all(name -> ApiVersion.offers(call.route().version(), name)).stream()
                        .map(model -> model(model.path("name").asText()))
                        .toList()));
            case GET_MODEL -> Reply.ok(model("models/" + call.model()));
            case FILES_LIST ->
                Reply.ok(list(files.of(admitted.project()).stream()
                        .map(OpenAiAnswers::file)
                        .toList()));
            case FILES_GET ->
                files.find(call.route().resource(), admitted.project())
                        .<Reply>map(found -> Reply.ok(file(found)))
                        .orElseGet(() -> refusals.wire("403-file-of-another-project.json", call));
            case RESOURCES_LIST -> Reply.ok(list(resources.batches(admitted.project())));
            case RESOURCES_CREATE, RESOURCES_GET, RESOURCES_CALL -> resources.answer(call, admitted);
            default -> Refusals.notFound();
        };
    }

    private Reply chat(ApiCall call, Admitted admitted) {
        ChatCompletion completion = new ChatCompletion(
                generator.unbroken(call.model(), call.prompt(), admitted),
                clock.instant().getEpochSecond());
        if (!call.asked().streams()) {
            return Reply.ok(completion.whole());
        }
        List<String> events = new ArrayList<>();
        completion.events().forEach(event -> events.add(Json.line(event)));
        events.add("[DONE]");
        return new Reply.Events(events, Reply.Shape.EVENTS);
    }

    private static ObjectNode embeddings(ApiCall call) {
        ObjectNode tree = Json.object().put("object", "list");
        ArrayNode list = tree.putArray("data");
        boolean base64 = "base64"
                .equals(call.json()
                        .orElseGet(Json::object)
                        .path("encoding_format")
                        .asText());
        for (JsonNode one : call.prompt().path("requests")) {
            JsonNode values = Embedding.of(one).path("values");
            ObjectNode entry = list.addObject().put("object", "embedding").put("index", list.size() - 1);
            if (base64) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                values.forEach(value -> bytes.putFloat(value.floatValue()));
                entry.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
            } else {
                entry.set("embedding", values);
            }
        }
        long tokens = Tokens.ofRequest(call.prompt());
        tree.put("model", call.model());
        tree.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return tree;
    }

    private ObjectNode image() {
        ObjectNode tree = Json.object().put("created", clock.instant().getEpochSecond());
        tree.putArray("data").addObject().put("b64_json", PIXEL);
        return tree;
    }

    private static ObjectNode model(String name) {
        return Json.object()
                .put("id", name)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "google");
    }

    private static ObjectNode file(OwnedResource file) {
        return Json.object()
                .put("id", file.json().path("name").asText())
                .put("object", "file")
                .put("bytes", file.json().path("sizeBytes").asLong())
                .put("created_at", 0)
                .put("filename", file.json().path("displayName").asText())
                .put("purpose", "batch");
    }

    private static ObjectNode list(List<ObjectNode> entries) {
        ObjectNode tree = Json.object().put("object", "list");
        tree.putArray("data").addAll(entries);
        return tree.put("has_more", false);
    }
}

package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.Names;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.Page;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import io.github.geminipool.simulator.internal.wire.GoogleError;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Responses to requests about batches, tuned models, file search stores and operations. Simulates only their
 * ownership; they do nothing. Thread-safe.
 */
final class ResourceAnswers implements Answers {
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final InstantSource clock;
    private final Names names;
    private final ResourceStore resources;
    private final ResourceStore files;

    ResourceAnswers(InstantSource clock, Names names, ResourceStore resources, ResourceStore files) {
        this.clock = clock;
        this.names = names;
        this.resources = resources;
        this.files = files;
    }

    @Override
    public Reply answer(ApiCall call, Admitted admitted) {
        String project = admitted.project();
        String name = call.route().resource();
        return switch (call.operation()) {
            case RESOURCES_CREATE -> create(name, call, project);
            case RESOURCES_LIST -> list(name, call, project);
            case RESOURCES_DELETE -> resources.remove(name, project) ? Reply.ok(Json.object()) : Refusals.notFound();
            case RESOURCES_CALL -> called(name, project);
            default ->
                resources
                        .find(name, project)
                        .<Reply>map(resource -> Reply.ok(resource.json()))
                        .orElseGet(() -> Refusals.notFound());
        };
    }

    /** Returns the error if the project may not use the tuned model or file search stores that a request names. */
    Optional<Reply> forbidden(ApiCall call, String project) {
        boolean isTuned = call.model().startsWith("tunedModels/");
        if (isTuned && resources.find(call.model(), project).isEmpty()) {
            return Optional.of(denied("tuned model " + call.model()));
        }
        for (JsonNode stores : call.json().orElseGet(Json::object).findValues("fileSearchStoreNames")) {
            for (JsonNode store : stores) {
                if (resources.find(store.asText(), project).isEmpty()) {
                    return Optional.of(denied("store " + store.asText()));
                }
            }
        }
        return Optional.empty();
    }

    private static Reply denied(String what) {
        return Reply.json(
                403,
                GoogleError.body(
                        403,
                        "PERMISSION_DENIED",
                        "You do not have permission to access the " + what + " or it may not exist."));
    }

    private Reply create(String collection, ApiCall call, String project) {
        ObjectNode body = call.json().orElseGet(Json::object);
        return switch (collection) {
            case "batches" -> batch(body, call, project);
            case "tunedModels" -> {
                String model = collection + "/" + names.next();
                put(project, model, Json.object().put("name", model).put("state", "ACTIVE"));
                yield startOperation(model, project);
            }
            case "operations" -> startOperation("models/" + call.model(), project);
            default -> {
                String name = collection + "/" + names.next();
                yield put(project, name, Json.object().put("name", name));
            }
        };
    }

    private Reply put(String project, String name, ObjectNode json) {
        resources.put(name, new OwnedResource(project, clock.instant().plus(LIFETIME), 0, json));
        return Reply.ok(json);
    }

    private Reply startOperation(String parent, String project) {
        String name = parent + "/operations/" + names.next();
        return put(project, name, Json.object().put("name", name).put("done", false));
    }

    private Reply batch(ObjectNode body, ApiCall call, String project) {
        for (String field : new String[] {"fileName", "file_name", "input_file_id"}) {
            for (JsonNode file : body.findValues(field)) {
                if (files.find(file.asText(), project).isEmpty()) {
                    return Refusals.notFound();
                }
            }
        }
        String name = "batches/" + names.next();
        ObjectNode json = Json.object().put("name", name);
        if (call.route().dialect() == Dialect.OPENAI) {
            json.put("id", name).put("object", "batch").put("status", "validating");
            json.set("input_file_id", body.path("input_file_id"));
            json.set("endpoint", body.path("endpoint"));
            return put(project, name, json);
        }
        json.putObject("metadata")
                .put("name", name)
                .put("model", "models/" + call.model())
                .put("state", "BATCH_STATE_PENDING");
        return put(project, name, json);
    }

    /** Returns a project's batches. */
    List<ObjectNode> batches(String project) {
        return resources.of(project).stream()
                .map(OwnedResource::json)
                .filter(json -> json.path("name").asText().startsWith("batches/"))
                .toList();
    }

    private Reply list(String collection, ApiCall call, String project) {
        return Reply.ok(Page.of(
                collection.equals("batches") ? "operations" : collection,
                resources.of(project).stream()
                        .map(OwnedResource::json)
                        .filter(json -> json.path("name").asText().startsWith(collection + "/"))
                        .filter(json -> !json.path("name").asText().contains("/operations/"))
                        .toList(),
                call.query()));
    }

    /** Calls a method of a resource; long-running methods start an operation. */
    private Reply called(String nameAndMethod, String project) {
        String[] parts = nameAndMethod.split(":|/(?=cancel$)", 2);
        Optional<OwnedResource> resource = resources.find(parts[0], project);
        if (resource.isEmpty()) {
            return Refusals.notFound();
        }
        return parts[1].equals("importFile")
                ? startOperation(parts[0], project)
                : Reply.ok(resource.get().json());
    }
}

package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.GeneratedAnswer;
import io.github.geminipool.simulator.internal.content.Interaction;
import io.github.geminipool.simulator.internal.content.ModelCatalog;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.Names;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Responses to requests about interactions. A background interaction is finished once it has been looked at. Thread-safe. */
final class InteractionAnswers implements Answers {
    private static final Duration LIFETIME = Duration.ofDays(1);
    private static final String CONTENTS = "contents/";
    private static final String FINISHED = "finished/";

    private final InstantSource clock;
    private final Names names;
    private final ModelCatalog catalog;
    private final Generator generator;
    private final Refusals refusals;
    private final ResourceStore resources;

    InteractionAnswers(
            InstantSource clock,
            Names names,
            ModelCatalog catalog,
            Generator generator,
            Refusals refusals,
            ResourceStore resources) {
        this.clock = clock;
        this.names = names;
        this.catalog = catalog;
        this.generator = generator;
        this.refusals = refusals;
        this.resources = resources;
    }

    @Override
    public Optional<Reply> refusal(ApiCall call, String project) {
        if (call.operation() != Operation.INTERACTIONS_CREATE) {
            return Optional.empty();
        }
        ObjectNode body = call.json().orElseGet(Json::object);
        if (call.model().isEmpty() && !body.has("agent")) {
            return Optional.of(Refusals.invalid("Either 'model' or 'agent' must be set."));
        }
        boolean offered =
                catalog.offers(call.model()) && ApiVersion.offers(call.route().version(), call.model());
        if (!call.model().isEmpty() && !offered) {
            return Optional.of(refusals.wire("404-model-not-found.json", call));
        }
        String previous = previous(body);
        if (!previous.isEmpty() && find(previous, project).isEmpty()) {
            return Optional.of(missing());
        }
        if (call.prompt().path("contents").isEmpty() && !(body.has("continuation_token") && !previous.isEmpty())) {
            return Optional.of(Refusals.invalid("The 'input' is missing."));
        }
        if (isTrue(body, "background") && !body.path("store").asBoolean(true)) {
            return Optional.of(Refusals.invalid("An interaction in the background must be stored."));
        }
        return generator.refusal(call, call.prompt(), project);
    }

    @Override
    public Reply answer(ApiCall call, Admitted admitted) {
        String id = call.route().resource().replaceFirst("^interactions/", "");
        return switch (call.operation()) {
            case INTERACTIONS_CREATE -> create(call, admitted);
            case RESOURCES_GET ->
                find(id, admitted.project()).map(found -> look(id, found)).orElseGet(InteractionAnswers::missing);
            case RESOURCES_DELETE ->
                resources.remove(name(id), admitted.project()) ? Reply.ok(Json.object()) : missing();
            case RESOURCES_CALL -> cancel(id.replaceFirst("[:/]cancel$", ""), admitted.project());
            default -> Refusals.notFound();
        };
    }

    private Reply create(ApiCall call, Admitted admitted) {
        ObjectNode body = call.json().orElseGet(Json::object);
        String previous = previous(body);
        ObjectNode prompt = call.prompt().deepCopy();
        ArrayNode contents = Json.object().arrayNode();
        resources
                .find(CONTENTS + previous, admitted.project())
                .ifPresent(earlier -> contents.addAll((ArrayNode) earlier.json().path("contents")));
        contents.addAll((ArrayNode) prompt.path("contents"));
        prompt.set("contents", contents);
        GeneratedAnswer answer = isTrue(body, "background")
                ? generator.unbroken(call.model(), prompt, admitted)
                : generator.answer(call.model(), prompt, admitted);
        String id = names.next();
        Interaction interaction =
                new Interaction(id, answer, previous, clock.instant().toString());
        if (body.path("store").asBoolean(true)) {
            store(CONTENTS + id, admitted.project(), Json.object().set("contents", contents));
            store(name(id), admitted.project(), interaction.whole());
        }
        if (isTrue(body, "background")) {
            store(FINISHED + id, admitted.project(), interaction.whole());
            store(name(id), admitted.project(), interaction.started());
            return Reply.ok(interaction.started());
        }
        if (!call.asked().streams()) {
            return Reply.ok(interaction.whole());
        }
        List<String> events = new ArrayList<>();
        interaction.events().forEach(event -> events.add(Json.line(event)));
        events.add("[DONE]");
        return new Reply.Events(events, Reply.Shape.EVENTS);
    }

    /** Returns an interaction as it is, and finishes it afterwards. */
    private Reply look(String id, OwnedResource found) {
        resources.find(FINISHED + id, found.project()).ifPresent(finished -> {
            resources.remove(FINISHED + id, found.project());
            store(name(id), found.project(), finished.json());
        });
        return Reply.ok(found.json());
    }

    private Reply cancel(String id, String project) {
        Optional<OwnedResource> found = find(id, project);
        if (found.isEmpty()) {
            return missing();
        }
        ObjectNode json = found.get().json();
        if (resources.remove(FINISHED + id, project)) {
            json = json.deepCopy().put("status", "cancelled");
            store(name(id), project, json);
        }
        return Reply.ok(json);
    }

    private Optional<OwnedResource> find(String id, String project) {
        return resources.find(name(id), project);
    }

    private void store(String name, String project, ObjectNode json) {
        Instant ends = clock.instant().plus(LIFETIME);
        resources.put(name, new OwnedResource(project, ends, 0, json));
    }

    private static String name(String id) {
        return "interactions/" + id;
    }

    private static String previous(ObjectNode body) {
        return body.path("previous_interaction_id").asText("");
    }

    private static boolean isTrue(ObjectNode body, String field) {
        return body.path(field).asBoolean(false);
    }

    private static Reply missing() {
        ObjectNode tree = Json.object();
        tree.putObject("error").put("code", "not_found").put("message", "Interaction not found.");
        return Reply.json(404, Json.line(tree));
    }
}

package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.Page;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.util.Optional;

/**
 * Responses to the requests that are alike for every kind of stored resource. Thread-safe.
 *
 * @param plural the name of the field of lists
 */
record StoredAnswers(ResourceStore store, String plural) {

    Reply list(ApiCall call, String project) {
        return Reply.ok(Page.of(
                plural, store.of(project).stream().map(OwnedResource::json).toList(), call.query()));
    }

    /** Returns a resource; empty if the project has none of this name. */
    Optional<Reply> get(String name, String project) {
        return store.find(name, project).map(found -> Reply.ok(found.json()));
    }

    /** Deletes a resource; returns empty if the project has none of this name. */
    Optional<Reply> delete(String name, String project) {
        return store.remove(name, project) ? Optional.of(Reply.ok(Json.object())) : Optional.empty();
    }
}

package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.content.Tokens;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.Names;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Responses to requests about cached contents. Thread-safe. */
final class CacheAnswers implements Answers {
    private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

    private final InstantSource clock;
    private final Names names;
    private final ResourceStore caches;
    private final StoredAnswers stored;
    private final Refusals refusals;

    CacheAnswers(InstantSource clock, Names names, ResourceStore caches, Refusals refusals) {
        this.clock = clock;
        this.names = names;
        this.caches = caches;
        this.stored = new StoredAnswers(caches, "cachedContents");
        this.refusals = refusals;
    }

    @Override
    public Reply answer(ApiCall call, Admitted admitted) {
        String project = admitted.project();
        String name = call.route().resource();
        return switch (call.operation()) {
            case CACHES_CREATE -> create(call, project);
            case CACHES_LIST -> stored.list(call, project);
            case CACHES_DELETE -> stored.delete(name, project).orElseGet(() -> forbidden(call));
            case CACHES_UPDATE ->
                caches.find(name, project)
                        .map(cache -> update(name, cache, call))
                        .orElseGet(() -> forbidden(call));
            default -> stored.get(name, project).orElseGet(() -> forbidden(call));
        };
    }

    private Reply forbidden(ApiCall call) {
        return refusals.wire("403-cached-content-missing.json", call);
    }

    private Reply create(ApiCall call, String project) {
        ObjectNode body = call.json().orElseGet(Json::object);
        if (call.model().isEmpty()) {
            return Refusals.invalid("* CreateCachedContentRequest.cached_content.model: model is not specified\n");
        }
        Instant now = clock.instant();
        String name = "cachedContents/" + names.next();
        long tokens = Tokens.ofRequest(body);
        ObjectNode json = Json.object().put("name", name).put("model", "models/" + call.model());
        if (body.has("displayName")) {
            json.put("displayName", body.path("displayName").asText());
        }
        Instant ends;
        try {
            ends = expiry(body, now);
        } catch (DateTimeException | NumberFormatException invalid) {
            return Refusals.invalid("Invalid value at 'cached_content.expiration'.");
        }
        json.put("createTime", now.toString())
                .put("updateTime", now.toString())
                .put("expireTime", ends.toString())
                .putObject("usageMetadata")
                .put("totalTokenCount", tokens);
        caches.put(name, new OwnedResource(project, ends, tokens, json));
        return Reply.ok(json);
    }

    private Reply update(String name, OwnedResource cache, ApiCall call) {
        Instant now = clock.instant();
        Instant ends;
        try {
            ends = expiry(call.json().orElseGet(Json::object), now);
        } catch (DateTimeException | NumberFormatException invalid) {
            return Refusals.invalid("Invalid value at 'cached_content.expiration'.");
        }
        ObjectNode json = cache.json().deepCopy();
        json.put("updateTime", now.toString()).put("expireTime", ends.toString());
        caches.put(name, new OwnedResource(cache.project(), ends, cache.tokens(), json));
        return Reply.ok(json);
    }

    private static Instant expiry(ObjectNode body, Instant now) {
        if (body.has("expireTime")) {
            return Instant.parse(body.path("expireTime").asText());
        }
        if (!body.has("ttl")) {
            return now.plus(DEFAULT_LIFETIME);
        }
        double seconds = Double.parseDouble(body.path("ttl").asText().replaceFirst("s$", ""));
        return now.plusNanos((long) (seconds * 1e9));
    }
}

package io.github.geminipool.internal.request;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to the project that owns the resources they name, such as files. Learns the owners from successful
 * responses. Thread-safe.
 */
public final class OwnedResources {

    private final Affinities affinities = new Affinities();

    /** Returns what a request asks for, with the resource that binds it to a project. */
    public CallFacts factsOf(Request request) {
        CallFacts facts = CallFactsReader.read(request);
        if (affinities.isEmpty() || !mayNameInBody(facts) || affinities.projectOf(facts.affinity()) != null) {
            return facts;
        }
        String named = namedInBody(request);
        boolean isBetter = named != null && (facts.affinity() == null || affinities.projectOf(named) != null);
        return isBetter ? new CallFacts(facts.operation(), facts.model(), named) : facts;
    }

    private static boolean mayNameInBody(CallFacts facts) {
        return switch (facts.operation()) {
            case GENERATE, STREAM, EMBED, COUNT_TOKENS, WRITE -> true;
            case READ, DELETE, UPLOAD_START, UPLOAD_CHUNK, LIVE -> false;
        };
    }

    private @Nullable String namedInBody(Request request) {
        try {
            return NamedInBody.find(request.body(), affinities);
        } catch (IOException | RuntimeException e) {
            // The body is the caller's: sending it will report the error.
            return null;
        }
    }

    /**
     * Returns the keys that a call may use: those chosen by its caller, restricted to the owner of the resource it names.
     * If the owner is unknown, the likeliest project is preferred, unless the caller prefers one.
     */
    public KeyFilter filterOf(CallFacts facts, KeyChoice choice) {
        String resource = facts.affinity();
        String owner = affinities.projectOf(resource);
        if (resource == null || owner != null || choice.preferredProject() != null) {
            return KeyFilter.of(choice, owner);
        }
        String likely = affinities.likelyProjectOf(resource);
        return KeyFilter.of(likely == null ? choice : choice.withPreferredProject(likely), null);
    }

    /**
     * Returns the project that owns the resource because of which a call was refused.
     *
     * @param error the error message, which may name the resource
     * @return null if the owner is unknown
     */
    @Nullable
    public String ownerAfter(String error, CallFacts facts, Request request) {
        for (String name : ResourceNames.inError(error)) {
            String owner = affinities.projectOf(name);
            if (owner != null) {
                return owner;
            }
        }
        String owner = affinities.projectOf(facts.affinity());
        // The owner may have become known since the call began.
        return owner != null ? owner : affinities.projectOf(factsOf(request).affinity());
    }

    /** Learns from a successful response of a project. */
    public void answered(Request request, CallFacts facts, Response response, String project) {
        if (facts.operation() == Operation.UPLOAD_START) {
            rememberUpload(response, project);
        }
        String resource = facts.affinity();
        if (resource == null) {
            return;
        }
        boolean isDeleted = facts.operation() == Operation.DELETE && ResourceNames.isWhole(request.url());
        if (isDeleted || "final".equals(response.header("X-Goog-Upload-Status"))) {
            affinities.forget(resource);
        } else if (provesOwner(facts, request.url())) {
            affinities.remember(resource, project);
        }
    }

    private void rememberUpload(Response response, String project) {
        String session = response.header("X-Goog-Upload-URL");
        HttpUrl url = session == null ? null : HttpUrl.parse(session);
        if (url != null) {
            affinities.remember(CallFactsReader.uploadSession(url), project);
        }
    }

    /** Returns whether only the owner can respond with success; an operation that was only started may still fail. */
    private static boolean provesOwner(CallFacts facts, HttpUrl url) {
        return switch (facts.operation()) {
            case GENERATE, STREAM, UPLOAD_CHUNK -> true;
            case READ, WRITE, DELETE, UPLOAD_START -> ResourceNames.inUrl(url) != null;
            case EMBED, COUNT_TOKENS, LIVE -> false;
        };
    }

    /** Returns a scan for the bytes of a successful response; null if nothing can be learned from them. */
    @Nullable
    public ResourceScan scanOf(Request request, CallFacts facts, String project) {
        return switch (facts.operation()) {
            case READ, WRITE, UPLOAD_CHUNK -> scanOf(request.url(), facts.operation(), project);
            default -> null;
        };
    }

    private @Nullable ResourceScan scanOf(HttpUrl url, Operation operation, String project) {
        String collection = ResourceNames.collectionIn(url);
        boolean namesNothing =
                operation == Operation.READ && (collection == null || "media".equals(url.queryParameter("alt")));
        return namesNothing
                ? null
                : LearnedFromResponse.scan(affinities, project, collection == null ? "" : collection);
    }

    /** Returns the number of resources with a known owner. */
    public int size() {
        return affinities.size();
    }
}

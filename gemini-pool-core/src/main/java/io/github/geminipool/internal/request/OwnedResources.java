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
 * What belongs to one project, and calls that name it: whose it is is learned from good answers, and the calls go there.
 */
public final class OwnedResources {

    private final Affinities affinities = new Affinities();

    /** What a request asks for, with the resource that it is bound by. */
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
            // Its body is not ours: whoever sends it will be told.
            return null;
        }
    }

    /**
     * Which keys a call may use: as its caller chose, and as what it names demands. Where the owner is not known, the
     * likeliest is preferred, unless its caller prefers one.
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
     * Who owns what a call named that was refused for it.
     *
     * @param error what was said
     * @return null if that is not known
     */
    @Nullable
    public String ownerAfter(String error, CallFacts facts, Request request) {
        for (String name : ResourceNames.inWords(error)) {
            String owner = affinities.projectOf(name);
            if (owner != null) {
                return owner;
            }
        }
        String owner = affinities.projectOf(facts.affinity());
        // It may have become known since the call began.
        return owner != null ? owner : affinities.projectOf(factsOf(request).affinity());
    }

    /** A project gave a good answer. */
    public void answered(Request request, CallFacts facts, Response response, String project) {
        if (facts.operation() == Operation.UPLOAD_START) {
            begun(response, project);
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

    private void begun(Response response, String project) {
        String session = response.header("X-Goog-Upload-URL");
        HttpUrl url = session == null ? null : HttpUrl.parse(session);
        if (url != null) {
            affinities.remember(CallFactsReader.uploadSession(url), project);
        }
    }

    /** Whether nobody but the owner gives such an answer: what is begun may fail later for what it names. */
    private static boolean provesOwner(CallFacts facts, HttpUrl url) {
        return switch (facts.operation()) {
            case GENERATE, STREAM, UPLOAD_CHUNK -> true;
            case READ, WRITE, DELETE, UPLOAD_START -> ResourceNames.inUrl(url) != null;
            case EMBED, COUNT_TOKENS, LIVE -> false;
        };
    }

    /** What is to be told of the bytes of a good answer as they pass; null if nothing can be learned of them. */
    @Nullable
    public ResourceScan scanOf(Request request, CallFacts facts, String project) {
        return switch (facts.operation()) {
            case READ, WRITE, UPLOAD_CHUNK -> scanOf(request.url(), facts.operation(), project);
            default -> null;
        };
    }

    private @Nullable ResourceScan scanOf(HttpUrl url, Operation operation, String project) {
        String collection = ResourceNames.collectionIn(url);
        boolean saysNothing =
                operation == Operation.READ && (collection == null || "media".equals(url.queryParameter("alt")));
        return saysNothing ? null : LearnedFromAnswer.scan(affinities, project, collection == null ? "" : collection);
    }

    /** Of how many the owner is known. */
    public int size() {
        return affinities.size();
    }
}

package io.github.geminipool.internal.request;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.shared.Owners;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to the project that owns the resources they name, such as files. Learns the owners from successful
 * responses. Thread-safe.
 */
public final class OwnedResources {

    private final Affinities affinities;
    private final UnaryOperator<String> masked;
    private volatile ModelPaths paths;

    /** Creates the resources of a pool whose model names need no masking. */
    public OwnedResources() {
        this(UnaryOperator.identity(), Owners.UNSHARED);
    }

    /**
     * Creates the resources of a pool.
     *
     * @param masked masks secrets in names of models: a key that stands as a model's name would be shown everywhere
     * @param owners is told of the owners
     */
    public OwnedResources(UnaryOperator<String> masked, Owners owners) {
        this.masked = masked;
        this.paths = new ModelPaths(masked);
        this.affinities = new Affinities(owners);
    }

    /**
     * Takes over the owner of a resource that another replica has learned.
     *
     * @param project null if the resource no longer exists
     */
    public void adopt(String resource, @Nullable String project) {
        affinities.adopt(resource, project);
    }

    /** Forgets the names of models, as other secrets are masked in them from now on. */
    public void secretsChanged() {
        paths = new ModelPaths(masked);
    }

    /** Returns what a request asks for, by its URL and by its body. */
    public CallFacts factsOf(Request request) {
        ModelPaths known = paths;
        CallFacts byUrl = known.factsOf(request);
        RequestBody body = request.body();
        if (body == null || !mayBeRead(byUrl.operation())) {
            return byUrl;
        }
        FormScan form = formOf(body);
        if (form != null) {
            return known.withMasked(CallFactsReader.complete(byUrl, body, form));
        }
        boolean namesOwned = affinities.isEmpty() || affinities.projectOf(byUrl.affinity()) != null;
        BodyScan said = BodyScan.of(request, namesOwned ? null : affinities);
        CallFacts facts = CallFactsReader.complete(byUrl, body, said, affinityOf(byUrl, said));
        return byUrl.hasModel() ? facts : known.withMasked(facts);
    }

    private static @Nullable FormScan formOf(RequestBody body) {
        try {
            return FormScan.of(body);
        } catch (IOException | RuntimeException e) {
            // The body is the caller's: sending it will report the error.
            return null;
        }
    }

    /** Returns whether the body of a request names a resource of some project, known or not. Costs as much as writing the body. */
    public boolean isAnyNamedInBody(Request request) {
        BodyScan said = BodyScan.of(request, affinities);
        return said != null && said.resource() != null;
    }

    private static boolean mayBeRead(Operation operation) {
        return switch (operation) {
            case GENERATE, STREAM, EMBED, COUNT_TOKENS, WRITE -> true;
            case READ, DELETE, UPLOAD_START, UPLOAD_CHUNK, LIVE -> false;
        };
    }

    private @Nullable String affinityOf(CallFacts byUrl, @Nullable BodyScan said) {
        String named = said == null ? null : said.resource();
        boolean isBetter = named != null && (byUrl.affinity() == null || affinities.projectOf(named) != null);
        return isBetter ? named : byUrl.affinity();
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
            case READ -> isOwnedIfInUrl(url);
            case WRITE, DELETE, UPLOAD_START -> ResourceNames.inUrl(url) != null;
            case EMBED, COUNT_TOKENS, LIVE -> false;
        };
    }

    private static boolean isOwnedIfInUrl(HttpUrl url) {
        String collection = ResourceNames.collectionIn(url);
        return ResourceNames.inUrl(url) != null && collection != null && !ResourceNames.isPartlyShared(collection);
    }

    /** Returns a scan for the bytes of a successful response; null if nothing can be learned from them. */
    @Nullable
    public ResourceScan scanOf(Request request, CallFacts facts, String project) {
        return switch (facts.operation()) {
            case READ, WRITE, UPLOAD_CHUNK -> scanOf(request.url(), facts.operation(), project);
            case GENERATE, STREAM ->
                facts.use() == Use.INTERACTIONS ? scanOf(request.url(), facts.operation(), project) : null;
            default -> null;
        };
    }

    private @Nullable ResourceScan scanOf(HttpUrl url, Operation operation, String project) {
        String collection = ResourceNames.collectionIn(url);
        boolean namesNothing =
                operation == Operation.READ && (collection == null || "media".equals(url.queryParameter("alt")));
        if (namesNothing) {
            return null;
        }
        String about = collection == null ? "" : collection;
        if (operation == Operation.READ && ResourceNames.isPartlyShared(about)) {
            return LearnedFromResponse.scanForPages(affinities, project, about);
        }
        return LearnedFromResponse.scan(affinities, project, about, ResourceNames.hasIds(url, about));
    }

    /** Returns the number of resources with a known owner. */
    public int size() {
        return affinities.size();
    }
}

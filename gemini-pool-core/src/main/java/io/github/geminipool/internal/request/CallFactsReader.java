package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request asks for from its URL, method and headers, and completes it by what its body says.
 *
 * @see <a href="https://ai.google.dev/api">the API's methods</a>
 */
public final class CallFactsReader {

    private static final String MODELS = "models/";
    private static final String UPLOAD_COMMAND = "X-Goog-Upload-Command";

    private CallFactsReader() {}

    /** Returns what a request says by its URL, method and headers. */
    static CallFacts read(Request request) {
        HttpUrl url = request.url();
        List<String> segments = url.pathSegments();
        String last = segments.get(segments.size() - 1);
        if (last.endsWith("BidiGenerateContent") || last.endsWith("BidiGenerateContentConstrained")) {
            return new CallFacts(Operation.LIVE, CallFacts.NO_MODEL, null);
        }
        if (segments.contains("upload")) {
            return upload(request);
        }
        int colon = last.lastIndexOf(':');
        String collection = segments.size() < 2 ? "" : segments.get(segments.size() - 2);
        if (colon > 0 && isOfModels(collection)) {
            String name = last.substring(0, colon);
            String model = CleanText.of(collection.equals("models") ? name : collection + "/" + name);
            ModelMethod method = ModelMethod.of(last.substring(colon + 1));
            return new CallFacts(method.operation(), model, ResourceNames.inUrl(url), method.use());
        }
        int openAi = OpenAiPath.after(segments);
        return openAi > 0 ? OpenAiPath.facts(request, openAi) : withoutModel(request, last);
    }

    private static CallFacts withoutModel(Request request, String last) {
        HttpUrl url = request.url();
        if (last.equals("decisions") && request.method().equals("POST")) {
            return new CallFacts(Operation.GENERATE, CallFacts.NO_MODEL, ResourceNames.inUrl(url));
        }
        return new CallFacts(ofVerb(request.method()), CallFacts.NO_MODEL, ResourceNames.inUrl(url), useOf(url));
    }

    /** Returns the facts by the URL completed by those of the body; {@code said} is null if the body is not read. */
    static CallFacts complete(CallFacts byUrl, RequestBody body, @Nullable BodyScan said, @Nullable String affinity) {
        if (said == null) {
            long tokens = PromptSize.byLength(body);
            return new CallFacts(
                    byUrl.operation(),
                    byUrl.model(),
                    affinity,
                    byUrl.use(),
                    byUrl.serviceTier(),
                    byUrl.continuation(),
                    byUrl.texts(),
                    tokens);
        }
        Operation operation = operationOf(byUrl, said);
        return new CallFacts(
                operation,
                modelOf(byUrl, said),
                affinity,
                byUrl.use() == Use.PLAIN ? said.use() : byUrl.use(),
                said.serviceTier(),
                said.continuation(),
                operation == Operation.EMBED ? said.texts() : 1,
                said.promptTokens());
    }

    /** Returns the facts by the URL completed by those of a form. */
    static CallFacts complete(CallFacts byUrl, RequestBody body, FormScan form) {
        return complete(byUrl.withModel(modelOf(byUrl, form.model())), body, null, byUrl.affinity());
    }

    private static String modelOf(CallFacts byUrl, BodyScan said) {
        return modelOf(byUrl, said.model());
    }

    private static String modelOf(CallFacts byUrl, @Nullable String named) {
        if (named == null || byUrl.hasModel()) {
            return byUrl.model();
        }
        return CleanText.of(
                named.startsWith(MODELS) && named.length() > MODELS.length()
                        ? named.substring(MODELS.length())
                        : named);
    }

    /** Where the URL names no model, the body says whether it asks for a stream, and what is stored. */
    private static Operation operationOf(CallFacts byUrl, BodyScan said) {
        if (byUrl.hasModel()) {
            return byUrl.operation();
        }
        boolean generates = byUrl.operation() == Operation.GENERATE
                || (byUrl.use() == Use.INTERACTIONS && byUrl.affinity() == null && said.isUnstored());
        if (!generates) {
            return byUrl.operation();
        }
        return said.isStream() ? Operation.STREAM : Operation.GENERATE;
    }

    private static CallFacts upload(Request request) {
        String command = request.header(UPLOAD_COMMAND);
        if (command == null || command.equals("start")) {
            return new CallFacts(Operation.UPLOAD_START, CallFacts.NO_MODEL, ResourceNames.inUrl(request.url()));
        }
        return new CallFacts(Operation.UPLOAD_CHUNK, CallFacts.NO_MODEL, uploadSession(request.url()));
    }

    /** Returns what identifies an upload session: its URL without the host, which the SDK replaces, and without a key. */
    static String uploadSession(HttpUrl url) {
        HttpUrl withoutKey = url.newBuilder().removeAllQueryParameters("key").build();
        @Nullable String query = withoutKey.encodedQuery();
        return withoutKey.encodedPath() + "?" + (query == null ? "" : query);
    }

    /**
     * Returns a request changed to another model, in its URL or, where that names none, in its body.
     *
     * @throws IOException if the body can't be read
     */
    public static Request forModel(Request request, String model) throws IOException {
        HttpUrl url = request.url();
        RequestBody body = request.body();
        if (namesModel(url) || body == null) {
            return request.newBuilder().url(forModel(url, model)).build();
        }
        RequestBody changed = ModelInBody.replace(body, model);
        return changed == null
                ? request
                : request.newBuilder().method(request.method(), changed).build();
    }

    private static boolean namesModel(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int last = segments.size() - 1;
        return last > 0 && segments.get(last).lastIndexOf(':') > 0 && isOfModels(segments.get(last - 1));
    }

    private static boolean isOfModels(String collection) {
        return collection.equals("models") || collection.equals("tunedModels");
    }

    /** Returns the URL of a call to a model, changed to another model. */
    static HttpUrl forModel(HttpUrl url, String model) {
        List<String> segments = url.pathSegments();
        int last = segments.size() - 1;
        String method = segments.get(last).substring(segments.get(last).lastIndexOf(':'));
        int slash = model.lastIndexOf('/');
        return url.newBuilder()
                .setPathSegment(last - 1, slash < 0 ? "models" : model.substring(0, slash))
                .setPathSegment(last, model.substring(slash + 1) + method)
                .build();
    }

    static Operation ofVerb(String verb) {
        return switch (verb) {
            case "GET", "HEAD" -> Operation.READ;
            case "DELETE" -> Operation.DELETE;
            default -> Operation.WRITE;
        };
    }

    private static Use useOf(HttpUrl url) {
        String collection = ResourceNames.collectionIn(url);
        return collection == null ? Use.OTHER : useOf(collection);
    }

    private static Use useOf(String collection) {
        return switch (collection) {
            case "files", "fileSearchStores", "corpora" -> Use.FILES;
            case "cachedContents" -> Use.CACHE;
            case "batches" -> Use.BATCH;
            case "interactions" -> Use.INTERACTIONS;
            default -> Use.OTHER;
        };
    }
}

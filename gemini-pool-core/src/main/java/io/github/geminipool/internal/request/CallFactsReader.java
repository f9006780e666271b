package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request asks for from its URL, method and headers.
 *
 * @see <a href="https://ai.google.dev/api">the API's methods</a>
 */
public final class CallFactsReader {

    private static final String UPLOAD_COMMAND = "X-Goog-Upload-Command";

    private CallFactsReader() {}

    /** Returns the operation, the model and the resource of a request. */
    public static CallFacts read(Request request) {
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
        if (colon > 0 && (collection.equals("models") || collection.equals("tunedModels"))) {
            String name = last.substring(0, colon);
            String model = CleanText.of(collection.equals("models") ? name : collection + "/" + name);
            return new CallFacts(ofMethod(last.substring(colon + 1)), model, ResourceNames.inUrl(url));
        }
        return new CallFacts(ofVerb(request.method()), CallFacts.NO_MODEL, ResourceNames.inUrl(url));
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

    /** Returns the URL of a call to a model, changed to another model. */
    public static HttpUrl forModel(HttpUrl url, String model) {
        List<String> segments = url.pathSegments();
        int last = segments.size() - 1;
        String method = segments.get(last).substring(segments.get(last).lastIndexOf(':'));
        int slash = model.lastIndexOf('/');
        return url.newBuilder()
                .setPathSegment(last - 1, slash < 0 ? "models" : model.substring(0, slash))
                .setPathSegment(last, model.substring(slash + 1) + method)
                .build();
    }

    private static Operation ofMethod(String method) {
        return switch (method) {
            case "generateContent", "predict", "generateAnswer" -> Operation.GENERATE;
            case "streamGenerateContent" -> Operation.STREAM;
            case "embedContent", "batchEmbedContents" -> Operation.EMBED;
            case "countTokens" -> Operation.COUNT_TOKENS;
            default -> Operation.WRITE;
        };
    }

    private static Operation ofVerb(String verb) {
        return switch (verb) {
            case "GET", "HEAD" -> Operation.READ;
            case "DELETE" -> Operation.DELETE;
            default -> Operation.WRITE;
        };
    }
}

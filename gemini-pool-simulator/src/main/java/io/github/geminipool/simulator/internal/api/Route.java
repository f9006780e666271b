package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.Operation;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operation that a method and a path call.
 *
 * @param operation the operation
 * @param model model name without {@code models/}; may be empty
 * @param resource resource name, such as {@code files/abc}; may be empty
 */
public record Route(Operation operation, String model, String resource) {
    private static final Pattern MODEL_CALL = Pattern.compile("/v1[a-z0-9]*/(?:models/)?([^:]+):([A-Za-z]+)");
    private static final Pattern MODEL = Pattern.compile("/v1[a-z0-9]*/models(?:/([^/:]+))?");
    private static final Pattern UPLOAD = Pattern.compile("/upload/v1[a-z0-9]*/files");
    private static final Pattern FILES = Pattern.compile("/v1[a-z0-9]*/files(?:/([^/:]+))?");
    private static final Pattern CACHES = Pattern.compile("/v1[a-z0-9]*/cachedContents(?:/([^/:]+))?");
    private static final Pattern RESOURCES = Pattern.compile("/v1[a-z0-9]*/((batches|tunedModels|fileSearchStores"
            + "|interactions|models(?=/[^/:]+/operations/))(?:/[^/:]+(?:/(?!cancel$)[^:]+)?)?)(:[A-Za-z]+|/cancel)?");
    private static final Pattern STARTED = Pattern.compile(
            "/v1[a-z0-9]*/models/([^:]+):(batchGenerateContent|asyncBatchEmbedContent|predictLongRunning)");
    private static final Pattern LIVE =
            Pattern.compile("/ws/google\\.ai\\.generativelanguage\\.[a-z0-9]+\\.GenerativeService\\.Bidi[A-Za-z]+");
    private static final Map<String, Operation> VERBS = Map.of(
            "generateContent", Operation.GENERATE_CONTENT,
            "streamGenerateContent", Operation.STREAM_GENERATE_CONTENT,
            "countTokens", Operation.COUNT_TOKENS,
            "embedContent", Operation.EMBED_CONTENT,
            "batchEmbedContents", Operation.BATCH_EMBED_CONTENTS);

    /**
     * Parses a method and path.
     *
     * @param method HTTP method
     * @param path decoded path, without query
     * @param hasUploadId whether the query names an upload session
     * @return the route; {@link Operation#OTHER} for anything unknown
     */
    public static Route of(String method, String path, boolean hasUploadId) {
        Matcher started = STARTED.matcher(path);
        if (started.matches() && "POST".equals(method)) {
            boolean isBatch = !started.group(2).startsWith("predict");
            return new Route(Operation.RESOURCES_CREATE, started.group(1), isBatch ? "batches" : "operations");
        }
        Matcher resources = RESOURCES.matcher(path);
        if (resources.matches() && !path.endsWith("enerateContent") && !path.endsWith(":countTokens")) {
            return resource(method, resources);
        }
        Matcher call = MODEL_CALL.matcher(path);
        if (call.matches()) {
            Operation operation = "POST".equals(method) ? VERBS.get(call.group(2)) : null;
            return new Route(operation != null ? operation : Operation.OTHER, call.group(1), "");
        }
        Matcher model = MODEL.matcher(path);
        if (model.matches() && "GET".equals(method)) {
            String name = model.group(1);
            return name == null ? new Route(Operation.LIST_MODELS, "", "") : new Route(Operation.GET_MODEL, name, "");
        }
        if (UPLOAD.matcher(path).matches()) {
            return new Route(hasUploadId ? Operation.UPLOAD_CHUNK : Operation.UPLOAD_START, "", "");
        }
        Matcher files = FILES.matcher(path);
        if (files.matches()) {
            return resource("FILES", method, files.group(1) == null ? "" : "files/" + files.group(1));
        }
        Matcher caches = CACHES.matcher(path);
        if (caches.matches()) {
            return resource("CACHES", method, caches.group(1) == null ? "" : "cachedContents/" + caches.group(1));
        }
        return new Route(LIVE.matcher(path).matches() ? Operation.LIVE : Operation.OTHER, "", "");
    }

    private static Route resource(String method, Matcher resource) {
        if (resource.group(3) != null) {
            return new Route(Operation.RESOURCES_CALL, "", resource.group(1) + resource.group(3));
        }
        boolean isCollection = resource.group(1).equals(resource.group(2));
        if (isCollection && "GET".equals(method) && "interactions".equals(resource.group(2))) {
            // Interactions cannot be listed.
            return new Route(Operation.OTHER, "", "");
        }
        Operation operation = switch (method) {
            case "GET" -> isCollection ? Operation.RESOURCES_LIST : Operation.RESOURCES_GET;
            case "POST" -> isCollection ? Operation.RESOURCES_CREATE : Operation.OTHER;
            case "DELETE" -> isCollection ? Operation.OTHER : Operation.RESOURCES_DELETE;
            default -> Operation.OTHER;
        };
        return new Route(operation, "", resource.group(1));
    }

    private static Route resource(String kind, String method, String name) {
        String verb = switch (method) {
            case "GET" -> name.isEmpty() ? "LIST" : "GET";
            case "POST" -> name.isEmpty() ? "CREATE" : "";
            case "PATCH" -> name.isEmpty() ? "" : "UPDATE";
            case "DELETE" -> name.isEmpty() ? "" : "DELETE";
            default -> "";
        };
        for (Operation operation : Operation.values()) {
            if (operation.name().equals(kind + "_" + verb)) {
                return new Route(operation, "", name);
            }
        }
        return new Route(Operation.OTHER, "", name);
    }

    /**
     * Returns the method's name in Google's error messages.
     *
     * @return for example {@code GenerateContent}
     */
    public String rpc() {
        return switch (operation) {
            case FILES_GET -> "GetFile";
            case FILES_LIST -> "ListFiles";
            case FILES_DELETE -> "DeleteFile";
            case UPLOAD_START, UPLOAD_CHUNK -> "CreateFile";
            case CACHES_CREATE -> "CreateCachedContent";
            case CACHES_GET -> "GetCachedContent";
            case CACHES_LIST -> "ListCachedContents";
            case CACHES_UPDATE -> "UpdateCachedContent";
            case CACHES_DELETE -> "DeleteCachedContent";
            case LIVE -> "BidiGenerateContent";
            default -> {
                StringBuilder camel = new StringBuilder();
                for (String word : operation.name().split("_", -1)) {
                    camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
                }
                yield camel.toString();
            }
        };
    }
}

package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.Operation;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operation that a method and a path call.
 *
 * @param dialect the style of the path
 * @param version API version, such as {@code v1beta}; empty if the path has none
 * @param operation the operation
 * @param model model name without {@code models/}; may be empty
 * @param resource resource name, such as {@code files/abc}; may be empty
 */
public record Route(Dialect dialect, String version, Operation operation, String model, String resource) {
    private static final Pattern VERSIONED = Pattern.compile("(/upload)?/(v1[a-z0-9]*)(/.*)");
    private static final Pattern MODEL_CALL = Pattern.compile("/(?:models/)?([^:]+):([A-Za-z]+)");
    private static final Pattern MODEL = Pattern.compile("/models(?:/([^/:]+))?");
    private static final Pattern FILES = Pattern.compile("/files(?:/([^/:]+))?");
    private static final Pattern CACHES = Pattern.compile("/cachedContents(?:/([^/:]+))?");
    private static final Pattern RESOURCES =
            Pattern.compile("/((batches|tunedModels|fileSearchStores|auth_tokens|webhooks|agents|environments|voices"
                    + "|credentials|triggers|models(?=/[^/:]+/operations/))(?:/[^/:]+(?:/(?!cancel$)[^:]+)?)?)"
                    + "(:[A-Za-z]+|/cancel)?");
    private static final Pattern INTERACTIONS = Pattern.compile("/interactions(?:/([^/:]+)([:/]cancel)?)?");
    private static final Pattern STARTED =
            Pattern.compile("/models/([^:]+):(batchGenerateContent|asyncBatchEmbedContent|predictLongRunning)");
    private static final Pattern LIVE =
            Pattern.compile("/ws/google\\.ai\\.generativelanguage\\.(v1[a-z0-9]*)\\.GenerativeService\\.Bidi[A-Za-z]+");
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
        Matcher live = LIVE.matcher(path);
        if (live.matches()) {
            return offered(new Route(Dialect.GOOGLE, live.group(1), Operation.LIVE, "", ""));
        }
        Matcher versioned = VERSIONED.matcher(path);
        if (!versioned.matches()) {
            return new Route(Dialect.GOOGLE, "", Operation.OTHER, "", "");
        }
        String rest = versioned.group(3);
        Route route = versioned.group(1) != null ? upload(rest, hasUploadId) : unversioned(method, rest);
        return offered(new Route(route.dialect, versioned.group(2), route.operation, route.model, route.resource));
    }

    private static Route offered(Route route) {
        boolean offered =
                ApiVersion.isKnown(route.version) && ApiVersion.offers(route.version, route.operation, route.resource);
        return offered ? route : new Route(route.dialect, route.version, Operation.OTHER, route.model, route.resource);
    }

    private static Route upload(String path, boolean hasUploadId) {
        if (!path.equals("/files")) {
            return new Route(Dialect.GOOGLE, "", Operation.OTHER, "", "");
        }
        return new Route(Dialect.GOOGLE, "", hasUploadId ? Operation.UPLOAD_CHUNK : Operation.UPLOAD_START, "", "");
    }

    private static Route unversioned(String method, String path) {
        if (path.startsWith("/openai/")) {
            return OpenAiRoutes.of(method, path.substring("/openai".length()));
        }
        Matcher started = STARTED.matcher(path);
        if (started.matches() && "POST".equals(method)) {
            boolean isBatch = !started.group(2).startsWith("predict");
            return new Route(
                    Dialect.GOOGLE,
                    "",
                    Operation.RESOURCES_CREATE,
                    started.group(1),
                    isBatch ? "batches" : "operations");
        }
        Matcher interaction = INTERACTIONS.matcher(path);
        if (interaction.matches()) {
            return interaction(method, interaction);
        }
        Matcher resources = RESOURCES.matcher(path);
        if (resources.matches() && !path.endsWith("enerateContent") && !path.endsWith(":countTokens")) {
            return resource(method, resources);
        }
        Matcher call = MODEL_CALL.matcher(path);
        if (call.matches()) {
            Operation operation = "POST".equals(method) ? VERBS.get(call.group(2)) : null;
            return new Route(Dialect.GOOGLE, "", operation != null ? operation : Operation.OTHER, call.group(1), "");
        }
        Matcher model = MODEL.matcher(path);
        if (model.matches() && "GET".equals(method)) {
            String name = model.group(1);
            return name == null
                    ? new Route(Dialect.GOOGLE, "", Operation.LIST_MODELS, "", "")
                    : new Route(Dialect.GOOGLE, "", Operation.GET_MODEL, name, "");
        }
        Matcher files = FILES.matcher(path);
        if (files.matches()) {
            return resource("FILES", method, files.group(1) == null ? "" : "files/" + files.group(1));
        }
        Matcher caches = CACHES.matcher(path);
        if (caches.matches()) {
            return resource("CACHES", method, caches.group(1) == null ? "" : "cachedContents/" + caches.group(1));
        }
        return new Route(Dialect.GOOGLE, "", Operation.OTHER, "", "");
    }

    private static Route resource(String method, Matcher resource) {
        if (resource.group(3) != null) {
            return new Route(Dialect.GOOGLE, "", Operation.RESOURCES_CALL, "", resource.group(1) + resource.group(3));
        }
        boolean isCollection = resource.group(1).equals(resource.group(2));
        Operation operation = switch (method) {
            case "GET" -> isCollection ? Operation.RESOURCES_LIST : Operation.RESOURCES_GET;
            case "POST" -> isCollection ? Operation.RESOURCES_CREATE : Operation.OTHER;
            case "DELETE" -> isCollection ? Operation.OTHER : Operation.RESOURCES_DELETE;
            default -> Operation.OTHER;
        };
        return new Route(Dialect.GOOGLE, "", operation, "", resource.group(1));
    }

    private static Route interaction(String method, Matcher path) {
        boolean isPost = "POST".equals(method);
        Operation operation = Operation.OTHER;
        if (path.group(1) == null) {
            // Interactions cannot be listed.
            operation = isPost ? Operation.INTERACTIONS_CREATE : Operation.OTHER;
        } else if (path.group(2) != null) {
            operation = isPost ? Operation.RESOURCES_CALL : Operation.OTHER;
        } else if (!isPost) {
            operation = "DELETE".equals(method) ? Operation.RESOURCES_DELETE : Operation.RESOURCES_GET;
        }
        return new Route(Dialect.INTERACTIONS, "", operation, "", path.group().substring(1));
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
                return new Route(Dialect.GOOGLE, "", operation, "", name);
            }
        }
        return new Route(Dialect.GOOGLE, "", Operation.OTHER, "", name);
    }

    /**
     * Returns this route for another resource.
     *
     * @param name resource name, such as {@code files/abc}
     * @return a new route
     */
    Route about(String name) {
        return new Route(dialect, version, operation, model, name);
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

package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.Operation;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The paths after {@code /openai}. */
final class OpenAiRoutes {
    private static final Pattern MODEL = Pattern.compile("/models(?:/(?:models/)?([^/]+))?");
    private static final Pattern FILES = Pattern.compile("/files(?:/(?:files/)?([^/]+))?");
    private static final Pattern BATCHES = Pattern.compile("/batches(?:/(?:batches/)?([^/]+)(/cancel)?)?");
    private static final Map<String, Operation> POSTS = Map.of(
            "/chat/completions", Operation.OPENAI_CHAT,
            "/embeddings", Operation.OPENAI_EMBEDDINGS,
            "/images/generations", Operation.OPENAI_IMAGES);

    private OpenAiRoutes() {}

    static Route of(String method, String path) {
        boolean isPost = "POST".equals(method);
        boolean isGet = "GET".equals(method);
        if (isPost && POSTS.containsKey(path)) {
            return route(POSTS.get(path), "", "");
        }
        Matcher model = MODEL.matcher(path);
        if (isGet && model.matches()) {
            return model.group(1) == null
                    ? route(Operation.LIST_MODELS, "", "")
                    : route(Operation.GET_MODEL, model.group(1), "");
        }
        Matcher files = FILES.matcher(path);
        if (isGet && files.matches()) {
            return files.group(1) == null
                    ? route(Operation.FILES_LIST, "", "")
                    : route(Operation.FILES_GET, "", "files/" + files.group(1));
        }
        Matcher batches = BATCHES.matcher(path);
        if (batches.matches()) {
            return batch(isPost, isGet, batches);
        }
        return route(Operation.OTHER, "", "");
    }

    private static Route batch(boolean isPost, boolean isGet, Matcher path) {
        if (path.group(1) == null) {
            Operation operation = isPost ? Operation.RESOURCES_CREATE : Operation.RESOURCES_LIST;
            return route(isPost || isGet ? operation : Operation.OTHER, "", "batches");
        }
        String name = "batches/" + path.group(1);
        if (path.group(2) != null) {
            return route(isPost ? Operation.RESOURCES_CALL : Operation.OTHER, "", name + path.group(2));
        }
        return route(isGet ? Operation.RESOURCES_GET : Operation.OTHER, "", name);
    }

    private static Route route(Operation operation, String model, String resource) {
        return new Route(Dialect.OPENAI, "", operation, model, resource);
    }
}

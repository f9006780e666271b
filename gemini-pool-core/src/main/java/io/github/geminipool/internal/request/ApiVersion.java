package io.github.geminipool.internal.request;

import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The version of the API that a request's URL names.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/api-versions">Gemini's API versions</a>
 */
public final class ApiVersion {

    /** What follows the version in a path. */
    private static final Set<String> AFTER_VERSION = Set.of(
            "models",
            "tunedModels",
            "files",
            "cachedContents",
            "batches",
            "fileSearchStores",
            "corpora",
            "operations",
            "interactions",
            "auth_tokens",
            "openai");

    /** How the last segment of a Live session's path begins; the version follows. */
    private static final String LIVE_SERVICE = "google.ai.generativelanguage.";

    private ApiVersion() {}

    /** Returns the version, such as {@code v1beta}, or what stands in its place; null if there is none. */
    public static @Nullable String in(HttpUrl url) {
        List<String> segments = url.pathSegments();
        for (int i = 0; i < segments.size(); i++) {
            if (AFTER_VERSION.contains(segments.get(i))) {
                return i == 0 || segments.get(i - 1).equals("upload") ? null : segments.get(i - 1);
            }
        }
        String last = segments.get(segments.size() - 1);
        if (last.startsWith(LIVE_SERVICE)) {
            int end = last.indexOf('.', LIVE_SERVICE.length());
            return end < 0 ? null : last.substring(LIVE_SERVICE.length(), end);
        }
        return segments.stream().filter(ApiVersion::isVersion).findFirst().orElse(null);
    }

    private static boolean isVersion(String segment) {
        return segment.length() >= 2 && segment.charAt(0) == 'v' && Character.isDigit(segment.charAt(1));
    }
}

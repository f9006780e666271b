package io.github.geminipool.internal.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The names of what belongs to one project, such as {@code files/abc}. What is part of something, a document of a store,
 * goes by the name of the whole.
 *
 * @see <a href="https://ai.google.dev/api">the API's resources</a>
 */
final class ResourceNames {

    /** No name is longer that is worth keeping. */
    static final int LONGEST = 1_000;

    private static final String INTERACTIONS = "interactions";
    private static final String OPERATIONS = "operations";
    private static final Set<String> COLLECTIONS = Set.of(
            "files",
            "cachedContents",
            "tunedModels",
            "batches",
            "fileSearchStores",
            "corpora",
            OPERATIONS,
            INTERACTIONS);

    /** How errors name a resource: in full, or a file by its id alone. */
    private static final Pattern IN_WORDS = Pattern.compile(
            "(?:models/[\\w.-]{1,100}/operations|cachedContents|tunedModels|batches|fileSearchStores|corpora|operations"
                    + "|interactions|files)/[\\w.-]{0,200}[\\w-]|(?<=\\bFile )[\\w-]{1,200}");

    /** No error names more that matter. */
    private static final int MOST_IN_WORDS = 8;

    private ResourceNames() {}

    /** The resource that a URL names, or the page of a list; null if it names none. */
    static @Nullable String inUrl(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int at = collection(segments);
        if (at < 0) {
            return null;
        }
        String name = at(segments, at);
        String page = name == null ? url.queryParameter("pageToken") : null;
        return page == null ? name : page(segments.get(at), page);
    }

    /** The page of a list: only the project that made its token can read it. */
    static @Nullable String page(String collection, String token) {
        return token.isEmpty() || token.length() > LONGEST / 2 ? null : collection + "?pageToken=" + token;
    }

    /** The collection whose things a URL is about, such as {@code files}; null for models and what else is nobody's. */
    static @Nullable String collectionIn(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int at = collection(segments);
        return at < 0 ? null : segments.get(at);
    }

    /** Whether a collection is that of interactions, which have ids instead of names. */
    static boolean isOfInteractions(String collection) {
        return collection.equals(INTERACTIONS);
    }

    /** Whether a URL names a whole resource, and not a part of one or something to be done with it. */
    static boolean isWhole(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int at = collection(segments);
        String name = at < 0 ? null : at(segments, at);
        return name != null && name.equals(String.join("/", segments.subList(at, segments.size())));
    }

    /** The resource that a text names, in full or by its URL; null if it is no such name. */
    static @Nullable String of(String text) {
        int scheme = text.indexOf("://");
        if (scheme < 0) {
            return text.indexOf('/') < 0 ? null : at(List.of(text.split("/", -1)), 0);
        }
        List<String> segments = List.of(text.split("/", -1));
        int at = collection(segments);
        return at < 0 ? null : at(segments, at);
    }

    /** The interaction of an id. */
    static @Nullable String interaction(String id) {
        return id.startsWith(INTERACTIONS + "/") ? of(id) : named(INTERACTIONS, id);
    }

    /** The resources that an error names. */
    static List<String> inWords(String error) {
        List<String> names = new ArrayList<>(1);
        Matcher name = IN_WORDS.matcher(error);
        while (names.size() < MOST_IN_WORDS && name.find()) {
            String found = name.group();
            names.add(found.indexOf('/') < 0 ? "files/" + found : found);
        }
        return names;
    }

    /** What kind of resource a name is of. */
    static String kindOf(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '/' || name.charAt(i) == '?') {
                return name.substring(0, i);
            }
        }
        return name;
    }

    /** Where the collection stands: it follows the API's version. */
    private static int collection(List<String> segments) {
        for (int i = 1; i < segments.size(); i++) {
            if (isVersion(segments.get(i - 1)) && (isCollection(segments.get(i)) || isOperation(segments, i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isCollection(String segment) {
        return COLLECTIONS.contains(segment);
    }

    private static boolean isOperation(List<String> segments, int at) {
        return segments.size() > at + 3
                && segments.get(at).equals("models")
                && segments.get(at + 2).equals(OPERATIONS);
    }

    private static boolean isVersion(String segment) {
        return segment.length() >= 2 && segment.charAt(0) == 'v' && Character.isDigit(segment.charAt(1));
    }

    private static @Nullable String at(List<String> segments, int at) {
        if (segments.size() < at + 2) {
            return null;
        }
        if (isCollection(segments.get(at))) {
            return named(segments.get(at), segments.get(at + 1));
        }
        return isOperation(segments, at)
                ? named("models/" + segments.get(at + 1) + "/" + OPERATIONS, segments.get(at + 3))
                : null;
    }

    /** A name whose id ends where a method, a query or a fragment begins. */
    private static @Nullable String named(String collection, String id) {
        int end = 0;
        while (end < id.length() && ":?#".indexOf(id.charAt(end)) < 0) {
            char c = id.charAt(end);
            if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
                return null;
            }
            end++;
        }
        return end == 0 || end + collection.length() >= LONGEST ? null : collection + "/" + id.substring(0, end);
    }
}

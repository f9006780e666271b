package io.github.geminipool.internal.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Names of resources that belong to one project, such as {@code files/abc}. A part of a resource, such as a document of a
 * file search store, has the name of the whole.
 *
 * @see <a href="https://ai.google.dev/api">the API's resources</a>
 */
final class ResourceNames {

    /** Maximum length of a name; longer ones are not kept. */
    static final int MAX_LENGTH = 1_000;

    /** Maximum number of names read from an error message. */
    private static final int MAX_IN_ERROR = 8;

    private static final String INTERACTIONS = "interactions";
    private static final String OPERATIONS = "operations";
    private static final String OPEN_AI = "openai";

    /** The collections whose resources have ids instead of names. */
    private static final Set<String> WITH_IDS =
            Set.of(INTERACTIONS, "agents", "environments", "voices", "credentials", "triggers", "webhooks");

    private static final Set<String> WITH_NAMES =
            Set.of("files", "cachedContents", "tunedModels", "batches", "fileSearchStores", "corpora", OPERATIONS);

    /** A name in an error message: in full, or only the id of a file. */
    private static final Pattern IN_ERROR = Pattern.compile(
            "(?:models/[\\w.-]{1,100}/operations|cachedContents|tunedModels|batches|fileSearchStores|corpora|operations"
                    + "|interactions|agents|environments|voices|credentials|triggers|webhooks|files)/[\\w.-]{0,200}[\\w-]|(?<=\\bFile )[\\w-]{1,200}");

    private ResourceNames() {}

    /** Returns the resource, or the page of a list, that a URL names; null if it names none. */
    static @Nullable String inUrl(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int index = indexOfCollection(segments);
        if (index < 0) {
            return null;
        }
        String name = nameAt(segments, index);
        String pageToken = name == null ? url.queryParameter("pageToken") : null;
        return pageToken == null ? name : page(segments.get(index), pageToken);
    }

    /** Returns the name of a page of a list, which only the project that issued its token can read. */
    static @Nullable String page(String collection, String token) {
        return token.isEmpty() || token.length() > MAX_LENGTH / 2 ? null : collection + "?pageToken=" + token;
    }

    /** Returns the collection that a URL is about, such as {@code files}; null if its resources belong to no project. */
    static @Nullable String collectionIn(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int index = indexOfCollection(segments);
        return index < 0 ? null : segments.get(index);
    }

    /** Returns whether responses about a collection hold ids instead of names, as those of OpenAI-shaped paths do. */
    static boolean hasIds(HttpUrl url, String collection) {
        return hasIds(collection) || url.pathSegments().contains(OPEN_AI);
    }

    /** Returns whether a collection also holds what every project has, such as Google's own voices. */
    static boolean isPartlyShared(String collection) {
        return collection.equals("agents") || collection.equals("voices");
    }

    static boolean hasIds(String collection) {
        return WITH_IDS.contains(collection);
    }

    private static boolean isCollection(String segment) {
        return WITH_NAMES.contains(segment) || WITH_IDS.contains(segment);
    }

    /** Returns whether a URL names a whole resource, neither a part of one nor a method on it. */
    static boolean isWhole(HttpUrl url) {
        List<String> segments = url.pathSegments();
        int index = indexOfCollection(segments);
        String name = index < 0 ? null : nameAt(segments, index);
        return name != null && name.equals(String.join("/", segments.subList(index, segments.size())));
    }

    /** Returns the resource whose full name or URL a text is; null if it is neither. */
    static @Nullable String parse(String text) {
        if (text.indexOf('/') < 0) {
            return null;
        }
        List<String> segments = List.of(text.split("/", -1));
        int index = text.contains("://") ? indexOfCollection(segments) : 0;
        return index < 0 ? null : nameAt(segments, index);
    }

    /** Returns the resource of a collection with an id, which may be its name; null if it is no valid id. */
    static @Nullable String ofId(String collection, String id) {
        return id.indexOf('/') >= 0 ? parse(id) : name(collection, id);
    }

    /** Returns the resources that an error message names. */
    static List<String> inError(String message) {
        List<String> names = new ArrayList<>(1);
        Matcher name = IN_ERROR.matcher(message);
        while (names.size() < MAX_IN_ERROR && name.find()) {
            String found = name.group();
            names.add(found.indexOf('/') < 0 ? "files/" + found : found);
        }
        return names;
    }

    /** Returns the kind of a resource, such as {@code files}. */
    static String kindOf(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '/' || name.charAt(i) == '?') {
                return name.substring(0, i);
            }
        }
        return name;
    }

    /** Returns the index of the first segment of a name, which follows the API's version; -1 if there is none. */
    private static int indexOfCollection(List<String> segments) {
        for (int i = 1; i < segments.size(); i++) {
            boolean isName = isCollection(segments.get(i)) || isOperationOfModel(segments, i);
            if (isName && isAfterVersion(segments, i)) {
                // The id of an OpenAI-shaped path may be a name.
                return i + 1 < segments.size() && segments.get(i + 1).equals(segments.get(i)) ? i + 1 : i;
            }
        }
        return -1;
    }

    private static boolean isAfterVersion(List<String> segments, int index) {
        String before = segments.get(index - 1);
        return isVersion(before) || (before.equals(OPEN_AI) && index > 1 && isVersion(segments.get(index - 2)));
    }

    private static boolean isOperationOfModel(List<String> segments, int index) {
        return segments.size() > index + 3
                && segments.get(index).equals("models")
                && segments.get(index + 2).equals(OPERATIONS);
    }

    static boolean isVersion(String segment) {
        return segment.length() >= 2 && segment.charAt(0) == 'v' && Character.isDigit(segment.charAt(1));
    }

    private static @Nullable String nameAt(List<String> segments, int index) {
        if (segments.size() < index + 2) {
            return null;
        }
        String first = segments.get(index);
        if (isCollection(first)) {
            return name(first, segments.get(index + 1));
        }
        return isOperationOfModel(segments, index)
                ? name("models/" + segments.get(index + 1) + "/" + OPERATIONS, segments.get(index + 3))
                : null;
    }

    /** Returns a name without the method, query or fragment that follows the id; null if the id is invalid. */
    private static @Nullable String name(String collection, String id) {
        int end = 0;
        while (end < id.length() && ":?#".indexOf(id.charAt(end)) < 0) {
            char c = id.charAt(end);
            if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
                return null;
            }
            end++;
        }
        return end == 0 || end + collection.length() >= MAX_LENGTH ? null : collection + "/" + id.substring(0, end);
    }
}

package io.github.geminipool.samples.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Something that a project stores, such as a file. A part of a resource counts as that resource.
 *
 * @param collection its kind, such as {@code files}
 * @param id its id; empty if the whole collection is meant
 */
record Resource(String collection, String id) {

    /** What may follow the version in a path and belongs to nobody. */
    private static final Set<String> SHARED = Set.of("models");

    private static final Set<String> SHARED_OF_OPENAI =
            Set.of("models", "chat", "completions", "embeddings", "images", "audio", "moderations");

    /** Stands for a Gemini URI that names nothing the gateway knows; nobody owns it. */
    private static final Resource UNREADABLE = new Resource("files", "");

    private static final Pattern NAME = Pattern.compile(
            "(?:^|/)(models/[^/:?#]+/operations|files|generatedFiles|cachedContents|tunedModels|batches|fileSearchStores"
                    + "|corpora|operations|interactions|agents|environments|voices|credentials|triggers|webhooks)"
                    + "/([^/:?#]+)");

    /** Where a URI's path ends. */
    private static final Pattern END = Pattern.compile("[?#].*", Pattern.DOTALL);

    /** Segments of a path that not every reader resolves. */
    private static final Pattern DOTS = Pattern.compile("[/\\\\](?:\\.|%2[Ee]){1,2}(?:[/\\\\?#\\s]|$)");

    /** Returns the resource or the collection that a path is about; null if it belongs to nobody. */
    static @Nullable Resource in(GeminiPath path) {
        boolean isOpenAi = path.dialect() == GeminiPath.Dialect.OPENAI;
        List<String> rest =
                path.segments().subList(isOpenAi ? 2 : 1, path.segments().size());
        String first = withoutMethod(rest.get(0));
        boolean isOperation =
                first.equals("models") && rest.size() > 2 && rest.get(2).equals("operations");
        if (isOperation) {
            return of("models/" + rest.get(1) + "/operations", rest.size() > 3 ? rest.get(3) : "");
        }
        if ((isOpenAi ? SHARED_OF_OPENAI : SHARED).contains(first)) {
            return null;
        }
        return of(first, rest.size() > 1 ? rest.get(1) : "");
    }

    /** Returns the resource with an id, or with a whole name in place of the id. */
    static Resource of(String collection, String id) {
        Resource named = id.startsWith(collection + "/") ? named(id) : null;
        return named != null ? named : new Resource(collection, withoutMethod(id));
    }

    /** Returns the resource that a text names; null if it is not a name. */
    static @Nullable Resource named(String text) {
        Matcher name = NAME.matcher(text);
        return name.find() ? new Resource(name.group(1), name.group(2)) : null;
    }

    /**
     * Returns the resources that a name or a Gemini URI may mean.
     *
     * @param host the host of the API
     * @return none if it means something outside Gemini
     */
    static List<Resource> atUri(String uri, String host) {
        HttpUrl url = HttpUrl.parse(uri.strip());
        if (url == null) {
            boolean isGemini = uri.toLowerCase(Locale.ROOT).contains("generativelanguage");
            List<Resource> named = uri.contains("://") && !isGemini ? List.of() : allNamed(uri.strip());
            return named.isEmpty() && isGemini ? List.of(UNREADABLE) : named;
        }
        String named = url.host().replaceFirst("\\.$", "");
        boolean isGemini = named.equals(host) || named.contains("generativelanguage");
        if (!isGemini) {
            return List.of();
        }
        List<Resource> found = allNamed("/" + String.join("/", url.pathSegments()));
        Matcher end = END.matcher(uri);
        if (end.find()) {
            found.addAll(allNamed(end.group().replace('=', '/')));
        }
        if (found.isEmpty() || DOTS.matcher(uri).find()) {
            found.add(UNREADABLE);
        }
        return found;
    }

    private static List<Resource> allNamed(String text) {
        List<Resource> found = new ArrayList<>();
        Matcher name = NAME.matcher(text);
        for (int from = 0; name.find(from); from = name.start(2) - 1) {
            found.add(new Resource(name.group(1), name.group(2)));
        }
        return found;
    }

    private static String withoutMethod(String segment) {
        int colon = segment.indexOf(':');
        return colon < 0 ? segment : segment.substring(0, colon);
    }

    /** Returns whether the whole collection is meant. */
    boolean isCollection() {
        return id.isEmpty();
    }

    /** Returns whether the collection also holds what all projects share, such as Google's own voices. */
    boolean isPartlyShared() {
        return collection.equals("agents") || collection.equals("voices");
    }

    String name() {
        return collection + "/" + id;
    }
}

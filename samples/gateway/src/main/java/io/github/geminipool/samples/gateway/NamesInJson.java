package io.github.geminipool.samples.gateway;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The resources that JSON texts name. Fields are identified by their lower-case names without underscores. */
final class NamesInJson {

    /**
     * A resource that a request names.
     *
     * @param resource the resource
     * @param isCertain whether the text can only mean something that somebody owns
     */
    record Named(Resource resource, boolean isCertain) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Texts that name a resource are not longer; texts that are not read may be. */
    private static final int MAX_TEXT = 64 * 1024;

    private static final JsonMapper REQUESTS = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_TEXT)
                            .build())
                    .build())
            .build();

    /** The beginning of an image that is given in place of its address. */
    private static final ByteString DATA = ByteString.encodeUtf8("\"data:");

    private static final Set<String> URIS =
            Set.of("fileuri", "uri", "filename", "file", "cachedcontent", "imageurl", "url");
    private static final Set<String> NAMES = Set.of(
            "filesearchstorenames",
            "name",
            "model",
            "basemodel",
            "tunedmodel",
            "source",
            "parent",
            "operation",
            "operationname",
            "responsesfile");
    private static final Set<String> CERTAIN_NAMES = Set.of("filesearchstorenames");
    private static final Map<String, String> IDS = Map.ofEntries(
            Map.entry("inputfileid", "files"),
            Map.entry("fileid", "files"),
            Map.entry("fileids", "files"),
            Map.entry("trainingfile", "files"),
            Map.entry("validationfile", "files"),
            Map.entry("vectorstoreids", "fileSearchStores"),
            Map.entry("interaction", "interactions"),
            Map.entry("interactionid", "interactions"),
            Map.entry("previousinteractionid", "interactions"),
            Map.entry("previousresponseid", "responses"),
            Map.entry("environmentid", "environments"),
            Map.entry("environment", "environments"),
            Map.entry("baseenvironment", "environments"),
            Map.entry("agent", "agents"),
            Map.entry("agentid", "agents"),
            Map.entry("baseagent", "agents"),
            Map.entry("voice", "voices"),
            Map.entry("voiceid", "voices"),
            Map.entry("voicename", "voices"),
            Map.entry("webhook", "webhooks"),
            Map.entry("webhooks", "webhooks"),
            Map.entry("webhookid", "webhooks"),
            Map.entry("webhookids", "webhooks"),
            Map.entry("credential", "credentials"),
            Map.entry("credentials", "credentials"),
            Map.entry("credentialid", "credentials"),
            Map.entry("credentialids", "credentials"),
            Map.entry("triggerid", "triggers"));
    private static final Set<String> CERTAIN_IDS = Set.of("inputfileid", "previousinteractionid", "previousresponseid");

    /** The collections of fields whose ids come without one. */
    private static final Map<String, String> BARE_IDS =
            Map.of("cachedcontent", "cachedContents", "filesearchstorenames", "fileSearchStores", "filename", "files");

    /** The fields with arguments and results of functions, whose content is the application's own. */
    private static final Set<String> APPLICATIONS = Set.of("args", "response");

    private static final Set<String> FUNCTIONS = Set.of("functioncall", "functionresponse");

    /** All fields that are read; others, which may be long, are skipped. */
    private static final Set<String> NAMING = Stream.of(
                    URIS, NAMES, IDS.keySet(), Set.of("id", "outputfileid", "errorfileid"))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    /** The fields of lists that name resources of any client. */
    private static final Set<String> OF_ALL = Set.of("first_id", "last_id");

    /** The depth down to which a response names resources; what models have written is deeper. */
    private static final int MAX_DEPTH = 4;

    /** The fields that may enclose the name of the resource that a response is about. */
    private static final Set<String> WRAPPERS = Set.of("", "file");

    /** The fields that name what a request has created besides the resource that it is about. */
    private static final Set<String> MADE = Set.of("responsesfile", "outputfileid", "errorfileid", "environmentid");

    /** A resource that a response names. */
    record Said(Resource resource, Kind kind) {

        enum Kind {
            /** The response is about it. */
            ABOUT,
            /** The request has created it as well. */
            MADE,
            /** The response mentions it, perhaps only because the request did. */
            MENTIONED
        }

        private Said besideThat(Resource about) {
            return kind == Kind.ABOUT && !resource.equals(about) ? new Said(resource, Kind.MENTIONED) : this;
        }
    }

    private interface Strings {

        /**
         * Takes a string; returns whether more are wanted.
         *
         * @param around the field that contains its object; empty at the top, a dot if it is deeper than that
         */
        boolean found(String around, String field, String value);
    }

    private NamesInJson() {}

    /**
     * Returns the first resource that a request names but must not.
     *
     * @param host the host of the API
     * @throws JacksonException if it is not JSON
     * @throws RefusedException if it names its model twice
     */
    static @Nullable Resource firstInRequest(ByteString body, String host, Predicate<Named> isRefused) {
        AtomicReference<@Nullable Resource> refused = new AtomicReference<>();
        AtomicBoolean hasModel = new AtomicBoolean();
        JsonParser parser = REQUESTS.createParser(new Buffer().write(body).inputStream());
        read(parser, body, (around, field, value) -> {
            boolean isModel = around.isEmpty() && field.equals("model");
            if (isModel && hasModel.getAndSet(true)) {
                throw new RefusedException(OwnAnswer.invalid("The request names its model twice."));
            }
            Named named =
                    named(field, value, host).filter(isRefused).findFirst().orElse(null);
            if (named != null) {
                refused.set(named.resource());
            }
            return named == null;
        });
        return refused.get();
    }

    /** Returns the models that a message of a Live session asks for. */
    static List<String> modelsOfLive(ByteString message) {
        List<String> models = new ArrayList<>();
        read(REQUESTS.createParser(new Buffer().write(message).inputStream()), message, (around, field, value) -> {
            if (field.equals("model") && around.equals("setup")) {
                models.add(value);
            }
            return true;
        });
        return models;
    }

    /** Returns the first resource that a parameter of a request's URL names but must not; parameters are read like fields. */
    static @Nullable Resource firstInQuery(HttpUrl url, String host, Predicate<Named> isRefused) {
        for (int i = 0; i < url.querySize(); i++) {
            String value = url.queryParameterValue(i);
            String name = url.queryParameterName(i);
            String field = plain(name.substring(name.lastIndexOf('.') + 1).replace("$", ""));
            Named named = value == null
                    ? null
                    : named(field, value, host).filter(isRefused).findFirst().orElse(null);
            if (named != null) {
                return named.resource();
            }
        }
        return null;
    }

    private static Stream<Named> named(String field, String text, String host) {
        String value = text.strip();
        String collection = IDS.get(field);
        String ofId = BARE_IDS.get(field);
        if (ofId != null && !value.contains("/") && !value.isEmpty()) {
            // In requests for OpenAI's API, this holds names of the client's own files.
            return Stream.of(new Named(Resource.of(ofId, value), !field.equals("filename")));
        }
        if (URIS.contains(field)) {
            return Resource.atUri(value, host).stream().map(resource -> new Named(resource, true));
        }
        if (collection != null) {
            boolean isCertain = CERTAIN_IDS.contains(field) || value.contains("/");
            return Stream.of(new Named(Resource.of(collection, value), isCertain));
        }
        Resource resource = NAMES.contains(field) ? Resource.named(value) : null;
        return resource == null ? Stream.of() : Stream.of(new Named(resource, CERTAIN_NAMES.contains(field)));
    }

    /**
     * Returns the resources that exist, according to a response. Those other than the one that it is about were created by that
     * one.
     *
     * @param collection the collection that the request was about, for ids without one
     */
    static List<Said> inResponse(byte[] body, String collection) {
        List<Said> found = new ArrayList<>();
        AtomicReference<@Nullable Resource> withId = new AtomicReference<>();
        try {
            read(JSON.createParser(body), null, (around, field, value) -> {
                Said said = around.equals("metadata") ? null : said(around, field, value, collection);
                if (said != null) {
                    found.add(said);
                    if (said.kind() == Said.Kind.ABOUT && field.equals("id")) {
                        withId.set(said.resource());
                    }
                }
                return true;
            });
        } catch (JacksonException e) {
            // Nothing can be learned from it.
        }
        // If there is an id, the client may have chosen the name.
        Resource about = withId.get();
        return about == null
                ? found
                : found.stream().map(said -> said.besideThat(about)).toList();
    }

    private static @Nullable Said said(String around, String field, String value, String collection) {
        Resource resource = switch (field) {
            case "name", "uri", "responsesfile" -> Resource.named(value);
            case "id" -> Resource.of(collection, value);
            case "outputfileid", "errorfileid" -> Resource.of("files", value);
            case "environmentid" -> Resource.of("environments", value);
            default -> null;
        };
        if (resource == null) {
            return null;
        }
        boolean isOwnName = field.equals("name") || field.equals("id");
        Said.Kind other = MADE.contains(field) ? Said.Kind.MADE : Said.Kind.MENTIONED;
        return new Said(resource, isOwnName && WRAPPERS.contains(around) ? Said.Kind.ABOUT : other);
    }

    /**
     * Reads the strings of the fields that name something.
     *
     * @param request the bytes of a request, all of whose fields are read, if they are not null; of a response, only some are
     */
    private static void read(JsonParser opened, @Nullable ByteString request, Strings strings) {
        int maxDepth = request == null ? MAX_DEPTH : Integer.MAX_VALUE;
        boolean arrays = request != null;
        int depth = 0;
        try (JsonParser parser = opened) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean isStart = token.isStructStart();
                if (isStart && (depth >= maxDepth || isSkipped(parser, token, arrays))) {
                    parser.skipChildren();
                } else if (isStart) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    String field = plain(fieldOf(parser.streamReadContext()));
                    boolean isEnough = NAMING.contains(field)
                            && !isData(parser, request)
                            && !strings.found(around(parser.streamReadContext()), field, parser.getString());
                    if (isEnough) {
                        return;
                    }
                }
            }
        }
    }

    /** Returns whether a string is an image rather than its address; it may be too large to be read at once. */
    private static boolean isData(JsonParser parser, @Nullable ByteString request) {
        long at = parser.currentTokenLocation().getByteOffset();
        return request != null && at >= 0 && at < request.size() && request.rangeEquals((int) at, DATA, 0, DATA.size());
    }

    /** Returns the videos that an operation says it has made. Text written by a model is never in these places. */
    static List<Resource> videos(byte[] body) {
        List<Resource> found = new ArrayList<>();
        try {
            JsonNode response = JSON.readTree(body).path("response");
            Stream.of(response.path("generateVideoResponse").path("generatedSamples"), response.path("generatedVideos"))
                    .flatMap(JsonNode::valueStream)
                    .map(made -> Resource.named(made.path("video").path("uri").asString("")))
                    .filter(Objects::nonNull)
                    .forEach(found::add);
        } catch (JacksonException e) {
            // Nothing can be learned from it.
        }
        return found;
    }

    private static boolean isSkipped(JsonParser parser, JsonToken token, boolean arrays) {
        if (!arrays && token == JsonToken.START_ARRAY) {
            return true;
        }
        TokenStreamContext around =
                Objects.requireNonNull(parser.streamReadContext().getParent());
        return arrays
                && APPLICATIONS.contains(plain(around.currentName()))
                && around.getParent() != null
                && FUNCTIONS.contains(plain(around.getParent().currentName()));
    }

    private static String around(TokenStreamContext object) {
        TokenStreamContext outer = object.getParent();
        if (outer == null || outer.inRoot()) {
            return "";
        }
        String field = plain(outer.currentName());
        TokenStreamContext top = outer.getParent();
        return field.equals("metadata") || top == null || top.inRoot() ? field : ".";
    }

    /** Returns the name of the field that holds a value, or the array around it. */
    private static @Nullable String fieldOf(TokenStreamContext context) {
        TokenStreamContext around = context;
        while (around.inArray() && around.getParent() != null) {
            around = around.getParent();
        }
        return around.currentName();
    }

    private static String plain(@Nullable String field) {
        return field == null ? "" : field.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Returns a list without the resources that it should not show.
     *
     * @return null if it can't be read as a list
     */
    static byte @Nullable [] filtered(byte[] body, String collection, Predicate<Resource> isShown) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (JsonParser parser = JSON.createParser(body);
                JsonGenerator filtered = JSON.createGenerator(list)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            filtered.writeStartObject();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (OF_ALL.contains(field)) {
                    parser.skipChildren();
                } else {
                    filtered.writeName(field);
                    copy(parser, value, filtered, entry -> isShown(entry, collection, isShown));
                }
            }
            filtered.writeEndObject();
        } catch (JacksonException e) {
            return null;
        }
        return list.toByteArray();
    }

    /** Copies a value, and of an array the entries that should be shown. Keeps one entry at a time in memory. */
    private static void copy(JsonParser parser, JsonToken value, JsonGenerator to, Predicate<JsonNode> isShown) {
        if (value != JsonToken.START_ARRAY) {
            to.copyCurrentStructure(parser);
            return;
        }
        to.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonNode entry = parser.readValueAsTree();
            if (isShown.test(entry)) {
                to.writeTree(entry);
            }
        }
        to.writeEndArray();
    }

    private static boolean isShown(JsonNode entry, String collection, Predicate<Resource> isShown) {
        String name = entry.path("name").asString("");
        String id = entry.path("id").asString("");
        Resource resource = id.isEmpty() ? Resource.named(name) : Resource.of(collection, id);
        return resource != null && isShown.test(resource);
    }
}

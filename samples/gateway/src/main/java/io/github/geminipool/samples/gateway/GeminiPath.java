package io.github.geminipool.samples.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A path of the Gemini API. It contains nothing that two servers could read differently.
 *
 * @param url the URL to which the pool sends it, without credentials
 * @param segments its decoded segments from the version on, without {@code upload}
 * @param dialect the dialect of the SDK that sends it
 */
record GeminiPath(HttpUrl url, List<String> segments, Dialect dialect) {

    /** The shape of requests and errors. */
    enum Dialect {
        GOOGLE,
        OPENAI,
        INTERACTIONS,
        UPLOAD,
        LIVE
    }

    private static final Pattern SAFE = Pattern.compile("(?:/[A-Za-z0-9._~:@!$&'()*+,=%-]+)+");

    /**
     * Codes of dots, slashes, backslashes, percent and question marks, hashes, semicolons and control characters; and malformed
     * codes.
     */
    private static final Pattern UNSAFE_CODE =
            Pattern.compile("%(?![0-9A-Fa-f]{2})|%(?:2[EeFf35]|3[BbFf]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])");

    /** OpenAI's SDK encodes the slash in an id that is a name. */
    private static final Pattern NAME_AS_ID =
            Pattern.compile("^([^?]*/openai/(?:v1/)?(models|files|batches)/)\\2%2[Ff]");

    private static final Set<String> VERSIONS = Set.of("v1", "v1beta", "v1alpha");
    private static final Set<String> FIRST = Set.of("v1", "v1beta", "v1alpha", "upload", "openai", "ws");
    private static final Set<String> UPLOADS = Set.of("files", "fileSearchStores", "environments");
    private static final String LIVE_SERVICE = "google.ai.generativelanguage.";
    private static final Set<String> CREDENTIALS =
            Set.of("key", "access_token", "oauth_token", "bearer_token", "userproject", "quotauser");
    private static final Set<String> FORMS = Set.of("json", "sse", "media");

    /** Returns a target as Gemini writes it: SDKs double the first slash of Live, and encode the slash in an id that is a name. */
    static String plain(String target) {
        return NAME_AS_ID
                .matcher(target.startsWith("//ws/") ? target.substring(1) : target)
                .replaceFirst("$1");
    }

    /** Returns whether a target could be taken for a different one. */
    static boolean isUnsafe(String target) {
        int end = target.indexOf('?');
        String path = end < 0 ? target : target.substring(0, end);
        boolean isPath = path.equals("/") || SAFE.matcher(path).matches();
        return !isPath
                || UNSAFE_CODE.matcher(path).find()
                || List.of(path.split("/", -1)).stream().anyMatch(part -> part.equals(".") || part.equals(".."))
                || target.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == '#');
    }

    /** Returns whether a target belongs to the API, not to the gateway itself. */
    static boolean isOfApi(String target) {
        return FIRST.contains(target.split("[/?]", 3)[1]);
    }

    /**
     * Returns the path that a safe target of the API means.
     *
     * @param base the base URL of the API
     * @return null if the API has no such path, or answers there in a form that the gateway can't read
     */
    static @Nullable GeminiPath of(String target, HttpUrl base) {
        boolean isShort = target.equals("/openai/v1") || target.startsWith("/openai/v1/");
        String path = isShort ? "/v1beta/openai" + target.substring("/openai/v1".length()) : target;
        HttpUrl url = HttpUrl.parse(withoutEnd(base.toString()) + path);
        if (url == null || !url.host().equals(base.host()) || url.port() != base.port() || isOtherForm(url)) {
            return null;
        }
        int own = base.encodedPath().equals("/") ? 0 : base.pathSize();
        List<String> segments = url.pathSegments().subList(own, url.pathSize());
        boolean isUpload = segments.get(0).equals("upload");
        List<String> rest = isUpload ? segments.subList(1, segments.size()) : segments;
        Dialect dialect = dialect(rest, isUpload);
        return dialect == null ? null : new GeminiPath(withoutCredentials(url), rest, dialect);
    }

    private static @Nullable Dialect dialect(List<String> segments, boolean isUpload) {
        if (segments.size() < 2) {
            return null;
        }
        if (segments.get(0).equals("ws")) {
            return segments.size() == 2 && segments.get(1).startsWith(LIVE_SERVICE) && !isUpload ? Dialect.LIVE : null;
        }
        if (!VERSIONS.contains(segments.get(0))) {
            return null;
        }
        if (isUpload) {
            return UPLOADS.contains(segments.get(1)) ? Dialect.UPLOAD : null;
        }
        return switch (segments.get(1)) {
            case "openai" -> segments.size() > 2 ? Dialect.OPENAI : null;
            case "interactions" -> Dialect.INTERACTIONS;
            default -> Dialect.GOOGLE;
        };
    }

    /** Scripts, protocol buffers and the like would get past the gateway's rules unread. */
    private static boolean isOtherForm(HttpUrl url) {
        int uploads = 0;
        for (int i = 0; i < url.querySize(); i++) {
            String name = parameter(url.queryParameterName(i));
            String value = url.queryParameterValue(i);
            boolean isUpload = name.equals("upload_id");
            if ((isUpload
                            && (value == null
                                    || ++uploads > 1
                                    || !url.queryParameterName(i).equals(name)))
                    || name.equals("callback")
                    || name.equals("httpmethod")
                    || (name.equals("alt") && (value == null || !FORMS.contains(value)))) {
                return true;
            }
        }
        return false;
    }

    /** Returns a URL without a slash at its end. */
    static String withoutEnd(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Returns a URL without the parameters that hold a key or a token, however their names are encoded. */
    static HttpUrl withoutCredentials(HttpUrl url) {
        boolean isWithout = url.queryParameterNames().stream().noneMatch(name -> CREDENTIALS.contains(parameter(name)));
        if (isWithout) {
            return url;
        }
        HttpUrl.Builder without = url.newBuilder().query(null);
        for (int i = 0; i < url.querySize(); i++) {
            String name = url.queryParameterName(i);
            if (!CREDENTIALS.contains(parameter(name))) {
                without.addQueryParameter(name, url.queryParameterValue(i));
            }
        }
        return without.build();
    }

    /** Google also accepts each of its parameters with a dollar sign in front. */
    private static String parameter(String name) {
        return (name.startsWith("$") ? name.substring(1) : name).toLowerCase(Locale.ROOT);
    }

    /** Returns the session that an upload's URL names; null if it names none. */
    @Nullable
    String upload() {
        return dialect == Dialect.UPLOAD ? url.queryParameter("upload_id") : null;
    }

    /** Returns whether it ends with a method, such as {@code :cancel}. */
    boolean isMethod() {
        return segments.get(segments.size() - 1).contains(":");
    }

    /** Returns whether it asks for a stream. */
    boolean isStream() {
        return segments.get(segments.size() - 1).contains(":stream");
    }

    /** Returns whether it downloads a file's content. */
    boolean isDownload() {
        String last = segments.get(segments.size() - 1);
        return last.endsWith(":download") || last.equals("content") || "media".equals(url.queryParameter("alt"));
    }
}

package io.github.geminipool.internal.request;

import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Gives a request its only credential. Google refuses requests with several credentials, and one that the caller brings
 * might be sent where it does not belong.
 *
 * @see <a href="https://cloud.google.com/apis/docs/system-parameters">Google's system parameters</a>
 */
public final class Credentials {

    /** The header that carries a key. */
    public static final String KEY_HEADER = "x-goog-api-key";

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";
    private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";

    private Credentials() {}

    /**
     * Returns a request with a key instead of all credentials that it brings. Paths of Google's OpenAI-compatible API get it as
     * {@code Authorization: Bearer}, all others as {@code x-goog-api-key}.
     *
     * @param url the URL to send it to, whose credentials are removed as well
     */
    public static Request.Builder replaced(Request request, HttpUrl url, String key) {
        return replaced(request, url, isOpenAi(url), key, false);
    }

    private static Request.Builder replaced(
            Request request, HttpUrl url, boolean isOpenAi, String key, boolean toProxy) {
        Request.Builder keyed = request.newBuilder();
        Headers headers = request.headers();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (isCredential(name) && !(toProxy && isOfProxy(name))) {
                keyed.removeHeader(name);
            }
        }
        keyed.url(withoutCredentials(url));
        return isOpenAi ? keyed.header(AUTHORIZATION, BEARER + key) : keyed.header(KEY_HEADER, key);
    }

    private static boolean isOpenAi(HttpUrl url) {
        return OpenAiPath.after(url.pathSegments()) > 0;
    }

    /**
     * Returns a request with the credential that {@link #replaced} gave it and no other, whatever a derived client has done to
     * it: its interceptors, its cookies and its authenticator add their own.
     *
     * @param key the key that the request was given
     * @param toProxy whether the request is sent to a proxy, which may want credentials for itself
     */
    public static Request only(Request request, String key, boolean toProxy) {
        boolean isOpenAi = isOpenAi(request.url());
        return isAlone(request, isOpenAi, key, toProxy)
                ? request
                : replaced(request, request.url(), isOpenAi, key, toProxy).build();
    }

    /** Returns whether a request has its key and no other credential. */
    private static boolean isAlone(Request request, boolean isOpenAi, String key, boolean toProxy) {
        Headers headers = request.headers();
        int found = 0;
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (isCredential(name) && !(toProxy && isOfProxy(name))) {
                String value = headers.value(i);
                boolean isGiven = isOpenAi
                        ? name.equalsIgnoreCase(AUTHORIZATION) && isBearer(value, key)
                        : name.equalsIgnoreCase(KEY_HEADER) && value.equals(key);
                if (!isGiven) {
                    return false;
                }
                found++;
            }
        }
        return found == 1 && withoutCredentials(request.url()).equals(request.url());
    }

    private static boolean isBearer(String value, String key) {
        return value.length() == BEARER.length() + key.length() && value.startsWith(BEARER) && value.endsWith(key);
    }

    /** Returns a request to another host without the key that {@link #replaced} gave it, wherever that stands now. */
    public static Request withoutKey(Request request, @Nullable String key) {
        Request.Builder other = request.newBuilder().removeHeader(KEY_HEADER);
        if (key != null) {
            Headers headers = request.headers();
            for (int i = 0; i < headers.size(); i++) {
                if (headers.value(i).contains(key)) {
                    other.removeHeader(headers.name(i));
                }
            }
            String query = request.url().query();
            if (query != null && query.contains(key)) {
                other.url(withoutCredentials(request.url()));
            }
        }
        return other.build();
    }

    private static boolean isOfProxy(String header) {
        return header.equalsIgnoreCase(PROXY_AUTHORIZATION);
    }

    private static boolean isCredential(String header) {
        return switch (header.length()) {
            case 6 -> header.equalsIgnoreCase("Cookie");
            case 7 -> header.equalsIgnoreCase("Api-Key");
            case 9 -> header.equalsIgnoreCase("X-Api-Key");
            case 13 -> header.equalsIgnoreCase(AUTHORIZATION);
            case 14 -> header.equalsIgnoreCase(KEY_HEADER) || header.equalsIgnoreCase("OpenAI-Project");
            case 19 ->
                header.equalsIgnoreCase(PROXY_AUTHORIZATION)
                        || header.equalsIgnoreCase("X-Goog-User-Project")
                        || header.equalsIgnoreCase("OpenAI-Organization");
            default -> header.regionMatches(true, 0, "X-Goog-Iam-A", 0, 12);
        };
    }

    private static HttpUrl withoutCredentials(HttpUrl url) {
        for (int i = 0; i < url.querySize(); i++) {
            if (isCredentialInQuery(url.queryParameterName(i))) {
                return url.newBuilder().encodedQuery(otherParameters(url)).build();
            }
        }
        return url;
    }

    /** OkHttp's own removal by name misses names that are encoded without need. */
    private static @Nullable String otherParameters(HttpUrl url) {
        String[] parameters = String.valueOf(url.encodedQuery()).split("&", -1);
        List<String> others = new ArrayList<>(parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            if (!isCredentialInQuery(url.queryParameterName(i))) {
                others.add(parameters[i]);
            }
        }
        return others.isEmpty() ? null : String.join("&", others);
    }

    /** Google accepts each of its parameters with a dollar sign too. */
    private static boolean isCredentialInQuery(String name) {
        String plain = name.startsWith("$") ? name.substring(1) : name;
        return switch (plain.length()) {
            case 3 -> plain.equalsIgnoreCase("key");
            case 11 -> plain.equalsIgnoreCase("oauth_token") || plain.equalsIgnoreCase("userProject");
            case 12 -> plain.equalsIgnoreCase("access_token") || plain.equalsIgnoreCase("bearer_token");
            default -> false;
        };
    }
}

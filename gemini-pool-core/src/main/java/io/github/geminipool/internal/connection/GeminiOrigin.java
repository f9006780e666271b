package io.github.geminipool.internal.connection;

import java.net.URI;
import okhttp3.HttpUrl;

/** The only place to which keys are sent: scheme, host and port of the base URL. Immutable. */
public final class GeminiOrigin {

    private final HttpUrl base;

    public GeminiOrigin(URI baseUrl) {
        this.base = HttpUrl.get(baseUrl.toString());
    }

    /** Returns whether a URL leads to Gemini; a URL with a user name does not. */
    public boolean isOriginOf(HttpUrl url) {
        return url.scheme().equals(base.scheme())
                && url.host().equals(base.host())
                && url.port() == base.port()
                && !namesUser(url);
    }

    /** Returns why a request to another URL is not sent. */
    public String refusalOf(HttpUrl url) {
        return "gemini-pool sends keys to " + originOf(base) + " only; this request goes to " + originOf(url)
                + (namesUser(url) ? " and names a user" : "")
                + ". Use another HTTP client for it, or set gemini.pool.base-url";
    }

    private static boolean namesUser(HttpUrl url) {
        return !url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty();
    }

    private static String originOf(HttpUrl url) {
        return url.scheme() + "://" + url.host() + ":" + url.port();
    }
}

package io.github.geminipool.internal.connection;

import io.github.geminipool.settings.HttpSettings;
import java.io.IOException;
import okhttp3.HttpUrl;

/** Plain HTTP is allowed to this machine only; for a proxy, "localhost" would be another machine. Immutable. */
record PlainTextRule(boolean allowed) {

    static PlainTextRule of(HttpSettings http) {
        return new PlainTextRule(http.allowInsecureBaseUrl());
    }

    /** Refuses to send a key in plain text through a proxy. */
    void checkProxied(HttpUrl url) throws IOException {
        if (refuses(url)) {
            throw new IOException(refusalOf(url));
        }
    }

    boolean refuses(HttpUrl url) {
        return !allowed && !url.isHttps();
    }

    static String refusalOf(HttpUrl url) {
        return "gemini-pool does not send a key to " + url.scheme() + "://" + url.host() + ":" + url.port()
                + " through a proxy: plain http exposes it. Use https, no proxy for this machine, or"
                + " gemini.pool.allow-insecure-base-url=true";
    }
}

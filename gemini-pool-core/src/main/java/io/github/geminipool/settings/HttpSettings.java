package io.github.geminipool.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Base URL of the Gemini API, timeouts and proxy. A timeout of 0 means no timeout. Immutable.
 *
 * @param baseUrl base URL of the API; keys are sent only to its scheme, host and port
 * @param allowInsecureBaseUrl whether {@code baseUrl} may be plain HTTP to a host other than this machine
 * @param connectTimeout timeout for opening a connection
 * @param readTimeout timeout between two bytes of a response; keep it generous, a thinking model can be silent for minutes
 * @param callTimeout timeout for a whole call, including all attempts and the response body
 * @param proxy HTTP proxy; null for none
 */
public record HttpSettings(
        URI baseUrl,
        boolean allowInsecureBaseUrl,
        Duration connectTimeout,
        Duration readTimeout,
        Duration callTimeout,
        @Nullable HostAndPort proxy) {

    /** Google's Gemini API, connect timeout 10 s, read timeout 5 min, no call timeout, no proxy. */
    public static final HttpSettings DEFAULTS = new HttpSettings(
            URI.create("https://generativelanguage.googleapis.com"),
            false,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ZERO,
            null);

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]", Pattern.CASE_INSENSITIVE);

    /**
     * Validates the components.
     *
     * @throws InvalidSettingException if a component is out of range, or the base URL is plain HTTP to another host
     *     and {@code allowInsecureBaseUrl} is false
     */
    public HttpSettings {
        Objects.requireNonNull(baseUrl, "baseUrl");
        String scheme = baseUrl.getScheme() == null ? "" : baseUrl.getScheme().toLowerCase(Locale.ROOT);
        Check.that(
                (scheme.equals("https") || scheme.equals("http")) && baseUrl.getHost() != null,
                "base-url",
                withoutUserInfo(baseUrl),
                "an absolute http or https URL");
        Check.that(
                baseUrl.getRawUserInfo() == null && baseUrl.getRawQuery() == null && baseUrl.getRawFragment() == null,
                "base-url",
                withoutUserInfo(baseUrl),
                "a URL without user, query and fragment");
        Check.that(
                scheme.equals("https")
                        || allowInsecureBaseUrl
                        || LOOPBACK.matcher(baseUrl.getHost()).matches(),
                "base-url",
                withoutUserInfo(baseUrl),
                "https, because plain http exposes the keys (or set gemini.pool.allow-insecure-base-url=true)");
        notNegative("http.connect-timeout", connectTimeout);
        notNegative("http.read-timeout", readTimeout);
        notNegative("http.call-timeout", callTimeout);
    }

    private static void notNegative(String setting, Duration value) {
        Check.that(!value.isNegative(), setting, value, "0 (no limit) or more");
    }

    private static String withoutUserInfo(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** Returns a copy with another base URL. */
    public HttpSettings withBaseUrl(URI newBaseUrl) {
        return new HttpSettings(newBaseUrl, allowInsecureBaseUrl, connectTimeout, readTimeout, callTimeout, proxy);
    }

    /** Returns a copy with other timeouts; 0 means no timeout. */
    public HttpSettings withTimeouts(Duration connect, Duration read, Duration call) {
        return new HttpSettings(baseUrl, allowInsecureBaseUrl, connect, read, call, proxy);
    }
}

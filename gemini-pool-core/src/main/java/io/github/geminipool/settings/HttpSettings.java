package io.github.geminipool.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Gemini is, and how long an exchange may take. Timeouts of 0 mean: none.
 *
 * @param baseUrl scheme, host and port that the keys are sent to, and no other
 * @param allowInsecureBaseUrl whether plain HTTP is accepted to a host other than this machine
 * @param connectTimeout for a connection
 * @param readTimeout between two bytes of an answer; generous, since a thinking model is silent for long
 * @param callTimeout for a whole call with all its attempts and its body
 * @param proxy host and port of an HTTP proxy, or null
 */
public record HttpSettings(
        URI baseUrl,
        boolean allowInsecureBaseUrl,
        Duration connectTimeout,
        Duration readTimeout,
        Duration callTimeout,
        @Nullable HostAndPort proxy) {

    /** Google's Gemini API, 10 s to connect, 5 min of silence, no limit for a call, no proxy. */
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
     * Checks the components.
     *
     * @throws InvalidSettingException if one is out of its range, or the base URL is plain HTTP to another machine
     *     and that is not allowed
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
                "https, since keys would travel in the clear (or set gemini.pool.allow-insecure-base-url=true)");
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

    /** The same settings for another base URL. */
    public HttpSettings withBaseUrl(URI newBaseUrl) {
        return new HttpSettings(newBaseUrl, allowInsecureBaseUrl, connectTimeout, readTimeout, callTimeout, proxy);
    }

    /** The same settings with other timeouts. */
    public HttpSettings withTimeouts(Duration connect, Duration read, Duration call) {
        return new HttpSettings(baseUrl, allowInsecureBaseUrl, connect, read, call, proxy);
    }
}

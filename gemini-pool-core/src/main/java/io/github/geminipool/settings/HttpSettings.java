package io.github.geminipool.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Base URL and version of the Gemini API, timeouts and proxy. A timeout of 0 means no timeout. Immutable.
 *
 * @param baseUrl base URL of the API; keys are sent only to its scheme, host and port
 * @param apiVersion version of the API, the first part of each path; {@code v1} lacks much of {@code v1beta}, such as models
 *     ending in {@code -latest}. Takes precedence over the environment variable {@code GOOGLE_GENAI_API_VERSION}
 * @param allowInsecureBaseUrl whether {@code baseUrl} may be plain HTTP to a host other than this machine
 * @param connectTimeout timeout for opening a connection, then for the tunnel of a proxy, and then for the TLS handshake
 * @param readTimeout timeout between two bytes of a response; keep it generous, a thinking model can be silent for minutes
 * @param callTimeout timeout for a whole call, including all attempts and the response body
 * @param proxy HTTP proxy; null for none
 * @param proxyCredentials user and password for the proxy; null for none, always null without a proxy
 * @param pingInterval time between two pings of an HTTP/2 connection or Live session, each of which is given up if a ping is not
 *     answered before the next; 0 for no pings. Wider for new connections if a server asks for fewer pings
 * @param maxAnswerSize maximum size in bytes of a response that is not streamed; the pool reads it whole, and refuses larger ones.
 *     A quarter of the heap is the maximum whatever is set. Streams and downloads of files are not limited
 */
public record HttpSettings(
        URI baseUrl,
        String apiVersion,
        boolean allowInsecureBaseUrl,
        Duration connectTimeout,
        Duration readTimeout,
        Duration callTimeout,
        @Nullable HostAndPort proxy,
        @Nullable ProxyCredentials proxyCredentials,
        Duration pingInterval,
        long maxAnswerSize) {

    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(24);
    private static final Duration MIN_PING_INTERVAL = Duration.ofMillis(1);
    private static final Duration MAX_PING_INTERVAL = Duration.ofHours(24);
    private static final Pattern VERSION = Pattern.compile("v\\d[a-z0-9]{0,30}");

    /**
     * Version {@code v1beta} of Google's Gemini API, connect timeout 10 s, read timeout 5 min, no call timeout, no proxy, pings every
     * 10 s, responses of up to 128 MiB.
     */
    public static final HttpSettings DEFAULTS = new HttpSettings(
            URI.create("https://generativelanguage.googleapis.com"),
            "v1beta",
            false,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ZERO,
            null,
            null,
            Duration.ofSeconds(10),
            128L * 1024 * 1024);

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
        Check.that(
                scheme.equals("https") || allowInsecureBaseUrl || proxy == null,
                "base-url",
                withoutUserInfo(baseUrl),
                "https, because a proxy takes this host for its own and plain http exposes the keys to it (or set"
                        + " gemini.pool.allow-insecure-base-url=true)");
        Check.that(
                VERSION.matcher(apiVersion).matches(),
                "api-version",
                apiVersion.isEmpty() ? "empty" : apiVersion,
                "a version of the Gemini API, such as v1beta, v1 or v1alpha");
        Check.that(
                proxyCredentials == null || proxy != null,
                "http.proxy-username",
                "set",
                "left out without gemini.pool.http.proxy");
        counted("http.connect-timeout", connectTimeout);
        counted("http.read-timeout", readTimeout);
        Check.that(!callTimeout.isNegative(), "http.call-timeout", callTimeout, "0 (no limit) or more");
        Check.that(
                pingInterval.isZero()
                        || (pingInterval.compareTo(MIN_PING_INTERVAL) >= 0
                                && pingInterval.compareTo(MAX_PING_INTERVAL) <= 0),
                "http.ping-interval",
                pingInterval,
                "0 (no pings), or from 1ms to 24h");
        Check.that(maxAnswerSize > 0, "http.max-answer-size", maxAnswerSize, "more than 0 bytes");
    }

    /** OkHttp keeps these as an int of milliseconds. */
    private static void counted(String setting, Duration value) {
        Check.that(
                value.isZero() || (value.compareTo(MIN_TIMEOUT) >= 0 && value.compareTo(MAX_TIMEOUT) <= 0),
                setting,
                value,
                "0 (no limit), or from 1ms to 24d");
    }

    private static String withoutUserInfo(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** Returns a copy with another base URL. */
    public HttpSettings withBaseUrl(URI newBaseUrl) {
        return with(copy -> copy.baseUrl = newBaseUrl);
    }

    /** Returns a copy with another base URL, which may be plain HTTP to any host. */
    public HttpSettings withInsecureBaseUrl(URI newBaseUrl) {
        return with(copy -> {
            copy.baseUrl = newBaseUrl;
            copy.allowInsecureBaseUrl = true;
        });
    }

    /** Returns a copy with another version of the API. */
    public HttpSettings withApiVersion(String newApiVersion) {
        return with(copy -> copy.apiVersion = newApiVersion);
    }

    /** Returns a copy with other timeouts; 0 means no timeout. */
    public HttpSettings withTimeouts(Duration connect, Duration read, Duration call) {
        return with(copy -> {
            copy.connectTimeout = connect;
            copy.readTimeout = read;
            copy.callTimeout = call;
        });
    }

    /** Returns a copy with another maximum size, in bytes, of responses that are not streamed. */
    public HttpSettings withMaxAnswerSize(long bytes) {
        return with(copy -> copy.maxAnswerSize = bytes);
    }

    /** Returns a copy with another proxy, and user and password for it; null for none. */
    public HttpSettings withProxy(@Nullable HostAndPort newProxy, @Nullable ProxyCredentials credentials) {
        return with(copy -> {
            copy.proxy = newProxy;
            copy.proxyCredentials = credentials;
        });
    }

    /** Returns a copy with another ping interval; 0 for no pings. */
    public HttpSettings withPingInterval(Duration interval) {
        return with(copy -> copy.pingInterval = interval);
    }

    private HttpSettings with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.settings();
    }

    /** The components, to change some of them. */
    private static final class Copy {

        private URI baseUrl;
        private String apiVersion;
        private boolean allowInsecureBaseUrl;
        private Duration connectTimeout;
        private Duration readTimeout;
        private Duration callTimeout;
        private @Nullable HostAndPort proxy;
        private @Nullable ProxyCredentials proxyCredentials;
        private Duration pingInterval;
        private long maxAnswerSize;

        Copy(HttpSettings original) {
            baseUrl = original.baseUrl;
            apiVersion = original.apiVersion;
            allowInsecureBaseUrl = original.allowInsecureBaseUrl;
            connectTimeout = original.connectTimeout;
            readTimeout = original.readTimeout;
            callTimeout = original.callTimeout;
            proxy = original.proxy;
            proxyCredentials = original.proxyCredentials;
            pingInterval = original.pingInterval;
            maxAnswerSize = original.maxAnswerSize;
        }

        HttpSettings settings() {
            return new HttpSettings(
                    baseUrl,
                    apiVersion,
                    allowInsecureBaseUrl,
                    connectTimeout,
                    readTimeout,
                    callTimeout,
                    proxy,
                    proxyCredentials,
                    pingInterval,
                    maxAnswerSize);
        }
    }
}

package io.github.geminipool.settings;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.geminipool.key.Limits;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiPoolSettingsTest {

    private static final GeminiPoolSettings DEFAULTS = GeminiPoolSettings.DEFAULTS;

    /** Differs from the defaults in every component. */
    private static final GeminiPoolSettings CHANGED = new GeminiPoolSettings(
            "m",
            3,
            Duration.ZERO,
            Selection.ROUND_ROBIN,
            Map.of("big", new ModelSettings(99)),
            Limits.NONE.withRequestsPerMinute(10),
            new HealthSettings(0.3, 0.6, 10, Duration.ofMinutes(1)),
            new RotationSettings(Duration.ofMinutes(1)),
            Duration.ofSeconds(7),
            12,
            new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0),
            HttpSettings.DEFAULTS.withTimeouts(Duration.ZERO, Duration.ZERO, Duration.ofHours(1)));

    private static final Map<String, UnaryOperator<GeminiPoolSettings>> CHANGES = Map.ofEntries(
            entry("defaultModel", s -> s.withDefaultModel(CHANGED.defaultModel())),
            entry("size", s -> s.withSize(CHANGED.size())),
            entry("acquireTimeout", s -> s.withAcquireTimeout(CHANGED.acquireTimeout())),
            entry("selection", s -> s.withSelection(CHANGED.selection())),
            entry("models", s -> s.withModels(CHANGED.models())),
            entry("limits", s -> s.withLimits(CHANGED.limits())),
            entry("health", s -> s.withHealth(CHANGED.health())),
            entry("rotation", s -> s.withRotation(CHANGED.rotation())),
            entry("leakDetectionThreshold", s -> s.withLeakDetectionThreshold(CHANGED.leakDetectionThreshold())),
            entry("recentDecisions", s -> s.withRecentDecisions(CHANGED.recentDecisions())),
            entry("retry", s -> s.withRetry(CHANGED.retry())),
            entry("http", s -> s.withHttp(CHANGED.http())));

    private static void assertRefused(String setting, ThrowingCallable making) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(making)
                .satisfies(e -> assertThat(e.setting()).isEqualTo(setting))
                .satisfies(e -> assertThat(e)
                        .hasMessage(
                                "gemini.pool." + setting + " is " + e.value() + ", but must be " + e.expectation()));
    }

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(DEFAULTS.defaultModel()).isEqualTo("gemini-flash-latest");
        assertThat(DEFAULTS.size()).isEqualTo(10);
        assertThat(DEFAULTS.acquireTimeout()).hasSeconds(30);
        assertThat(DEFAULTS.selection()).isEqualTo(Selection.ADAPTIVE);
        assertThat(DEFAULTS.models()).isEmpty();
        assertThat(DEFAULTS.retry())
                .isEqualTo(new RetrySettings(3, Duration.ofMillis(500), 2, Duration.ofSeconds(10), 1, 0.2));
        assertThat(DEFAULTS.http().connectTimeout()).hasSeconds(10);
        assertThat(DEFAULTS.http().readTimeout()).hasMinutes(5);
        assertThat(DEFAULTS.http().callTimeout()).isZero();
        assertThat(DEFAULTS.http().proxy()).isNull();
        assertThat(DEFAULTS.http().baseUrl()).hasScheme("https").hasHost("generativelanguage.googleapis.com");
        assertThat(DEFAULTS.http().apiVersion()).isEqualTo("v1beta");
    }

    @Test
    void changesOfAllComponentsAddUp() {
        GeminiPoolSettings changed = DEFAULTS;
        for (UnaryOperator<GeminiPoolSettings> change : CHANGES.values()) {
            changed = change.apply(changed);
        }

        assertThat(changed).isEqualTo(CHANGED);
        assertThat(changed.sizeOf("big")).isEqualTo(99);
        assertThat(changed.sizeOf("other")).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("components")
    void aChangeOfOneComponentLeavesTheOthers(RecordComponent component) throws ReflectiveOperationException {
        GeminiPoolSettings changed =
                Objects.requireNonNull(CHANGES.get(component.getName())).apply(DEFAULTS);

        for (RecordComponent other : components()) {
            assertThat(other.getAccessor().invoke(changed))
                    .as(other.getName())
                    .isEqualTo(other.getAccessor()
                            .invoke(other.getName().equals(component.getName()) ? CHANGED : DEFAULTS));
        }
    }

    private static RecordComponent[] components() {
        return GeminiPoolSettings.class.getRecordComponents();
    }

    @Test
    void changesTheApiVersionOnly() {
        GeminiPoolSettings changed = DEFAULTS.withApiVersion("v1");

        assertThat(changed.http().apiVersion()).isEqualTo("v1");
        assertThat(changed.withApiVersion(DEFAULTS.http().apiVersion())).isEqualTo(DEFAULTS);
    }

    @Test
    void changesTheBaseUrlOnly() {
        GeminiPoolSettings changed = DEFAULTS.withBaseUrl(URI.create("http://localhost:8080"));

        assertThat(changed.http().baseUrl()).hasPort(8080);
        assertThat(changed.withHttp(DEFAULTS.http())).isEqualTo(DEFAULTS);
    }

    @Test
    void modelsAreCopied() {
        Map<String, ModelSettings> models = new HashMap<>(Map.of("m", new ModelSettings(1)));
        GeminiPoolSettings settings = DEFAULTS.withModels(models);

        models.clear();

        assertThat(settings.sizeOf("m")).isOne();
        assertThat(settings.models()).isUnmodifiable();
    }

    @Test
    void fallbacksAreOffUnlessSet() {
        assertThat(DEFAULTS.fallbacksOf("m")).isEmpty();
        assertThat(DEFAULTS.withModels(Map.of("m", new ModelSettings(1))).fallbacksOf("m"))
                .isEmpty();
    }

    @Test
    void fallbacksKeepTheirOrder() {
        ModelSettings special = ModelSettings.DEFAULTS.withFallbacks("b", "a", "tunedModels/t");
        GeminiPoolSettings settings = DEFAULTS.withModels(Map.of("m", special));

        assertThat(settings.fallbacksOf("m")).containsExactly("b", "a", "tunedModels/t");
        assertThat(settings.fallbacksOf("a")).isEmpty();
        assertThat(settings.sizeOf("m")).isEqualTo(DEFAULTS.size());
        assertThat(special.withSize(2)).isEqualTo(new ModelSettings(2, List.of("b", "a", "tunedModels/t")));
    }

    @Test
    void fallbacksAreCopied() {
        List<String> fallbacks = new ArrayList<>(List.of("a"));
        ModelSettings special = new ModelSettings(null, fallbacks);

        fallbacks.clear();

        assertThat(special.fallbacks()).containsExactly("a").isUnmodifiable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "models/a", "tunedModels/", "publishers/google/models/a", "b"})
    void refusesFallbacksThatAreNoModelNamesOrNotDistinct(String name) {
        assertRefused("models[].fallbacks", () -> ModelSettings.DEFAULTS.withFallbacks("b", name));
    }

    @Test
    void refusesAModelAsItsOwnFallback() {
        assertRefused(
                "models[].fallbacks",
                () -> DEFAULTS.withModels(Map.of("m", ModelSettings.DEFAULTS.withFallbacks("a", "m"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE})
    void refusesSizesOutOfRange(int size) {
        assertRefused("size", () -> DEFAULTS.withSize(size));
        assertRefused("models[].size", () -> new ModelSettings(size));
    }

    @Test
    void acceptsTheBoundsOfTheRanges() {
        assertThat(DEFAULTS.withSize(1).size()).isOne();
        assertThat(DEFAULTS.withSize(10_000).size()).isEqualTo(10_000);
        assertThat(new RetrySettings(1, Duration.ZERO, 100, Duration.ZERO, 1, 1).multiplier())
                .isEqualTo(100);
    }

    @Test
    void checksDefaultModelAndAcquireTimeout() {
        assertRefused("default-model", () -> DEFAULTS.withDefaultModel(" "));
        assertRefused("acquire-timeout", () -> DEFAULTS.withAcquireTimeout(Duration.ofNanos(-1)));
    }

    @ParameterizedTest
    @CsvSource({
        "retry.max-attempts,  0, 500, 2,   10000, 1,    0.2",
        "retry.initial-delay, 3, -1,  2,   10000, 1,    0.2",
        "retry.multiplier,    3, 500, 0.9, 10000, 1,    0.2",
        "retry.multiplier,    3, 500, 101, 10000, 1,    0.2",
        "retry.multiplier,    3, 500, NaN, 10000, 1,    0.2",
        "retry.max-delay,     3, 500, 2,   499,   1,    0.2",
        "retry.max-delay,     3, 500, 2,   86400001, 1, 0.2",
        "retry.jitter,        3, 500, 2,   10000, -0.1, 0.2",
        "retry.jitter,        3, 500, 2,   10000, 1.1,  0.2",
        "retry.jitter,        3, 500, 2,   10000, NaN,  0.2",
        "retry.budget,        3, 500, 2,   10000, 1,    -0.1",
        "retry.budget,        3, 500, 2,   10000, 1,    1.1",
        "retry.budget,        3, 500, 2,   10000, 1,    NaN",
    })
    void checksRetrySettings(
            String setting, int attempts, long initial, double multiplier, long max, double jitter, double budget) {
        assertRefused(
                setting,
                () -> new RetrySettings(
                        attempts, Duration.ofMillis(initial), multiplier, Duration.ofMillis(max), jitter, budget));
    }

    @Nested
    class Http {

        private static final HttpSettings HTTP = HttpSettings.DEFAULTS;

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://gemini.example",
                    "HTTPS://gemini.example:8443/path",
                    "http://localhost",
                    "http://localhost:8080",
                    "http://127.0.0.1:1",
                    "http://127.1.2.3",
                    "http://[::1]:8080"
                })
        void acceptsHttpsAndLoopback(String url) {
            assertThat(HTTP.withBaseUrl(URI.create(url)).baseUrl()).hasToString(url);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://gemini.example",
                    "http://10.0.0.1",
                    "http://localhost.evil.example",
                    "http://127.0.0.1.evil.example",
                    "http://127.0.0.1evil",
                    "http://0.0.0.0",
                    "http://[::2]",
                    "ftp://gemini.example",
                    "gemini.example",
                    "/path",
                    "https:///path",
                    "https://gemini.example?a=b",
                    "https://gemini.example#a"
                })
        void refusesUrlsThatExposeKeysOrAreInvalid(String url) {
            assertRefused("base-url", () -> HTTP.withBaseUrl(URI.create(url)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"v1", "v1beta", "v1alpha", "v1main", "v1p2beta3", "v2"})
        void acceptsVersions(String version) {
            assertThat(HTTP.withApiVersion(version).apiVersion()).isEqualTo(version);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "1",
                    "beta",
                    "v",
                    "vbeta",
                    "V1",
                    "v1/models",
                    "/v1",
                    "v1/",
                    "v1?a",
                    "v1 ",
                    "..",
                    "v1é"
                })
        void refusesWhatIsNoVersion(String version) {
            assertRefused("api-version", () -> HTTP.withApiVersion(version));
        }

        @Test
        void acceptsPlainHttpIfAllowed() {
            HttpSettings insecure = HTTP.withInsecureBaseUrl(URI.create("http://10.0.0.1"));

            assertThat(insecure.baseUrl()).hasHost("10.0.0.1");
        }

        @Test
        void doesNotShowThePasswordOfAUrl() {
            assertThatExceptionOfType(InvalidSettingException.class)
                    .isThrownBy(() -> HTTP.withBaseUrl(URI.create("https://user:password@gemini.example:8443/x?y=z")))
                    .withMessageContaining("https://gemini.example:8443")
                    .withMessageNotContainingAny("password", "user:", "y=z");
        }

        @Test
        void checksTimeouts() {
            Duration negative = Duration.ofMillis(-1);
            assertRefused("http.connect-timeout", () -> HTTP.withTimeouts(negative, Duration.ZERO, Duration.ZERO));
            assertRefused("http.read-timeout", () -> HTTP.withTimeouts(Duration.ZERO, negative, Duration.ZERO));
            assertRefused("http.call-timeout", () -> HTTP.withTimeouts(Duration.ZERO, Duration.ZERO, negative));
        }

        /** OkHttp refuses them, without the names of the settings. */
        @ParameterizedTest
        @ValueSource(strings = {"PT0.000999S", "PT600H"})
        void checksTimeoutsThatAreTooShortOrTooLong(Duration timeout) {
            assertRefused("http.connect-timeout", () -> HTTP.withTimeouts(timeout, Duration.ZERO, Duration.ZERO));
            assertRefused("http.read-timeout", () -> HTTP.withTimeouts(Duration.ZERO, timeout, Duration.ZERO));
        }

        @Test
        void parsesAProxy() {
            assertThat(HostAndPort.parse("proxy.example:3128")).isEqualTo(new HostAndPort("proxy.example", 3128));
            assertThat(HostAndPort.parse("[::1]:3128")).isEqualTo(new HostAndPort("[::1]", 3128));
            assertThat(HostAndPort.parse("[fe80::1%eth0]:3128")).isEqualTo(new HostAndPort("[fe80::1%eth0]", 3128));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "proxy",
                    ":3128",
                    "proxy:",
                    "proxy:0",
                    "proxy:65536",
                    "proxy:-1",
                    "proxy:x",
                    " :1",
                    "a b:1",
                    "proxy:x:1"
                })
        void refusesInvalidProxies(String text) {
            assertRefused("http.proxy", () -> HostAndPort.parse(text));
        }
    }
}

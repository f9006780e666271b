package io.github.geminipool.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiPoolSettingsTest {

    private static final GeminiPoolSettings DEFAULTS = GeminiPoolSettings.DEFAULTS;

    private static void assertRefused(String setting, ThrowingCallable making) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(making)
                .satisfies(e -> assertThat(e.setting()).isEqualTo(setting))
                .satisfies(e -> assertThat(e)
                        .hasMessage(
                                "gemini.pool." + setting + " is " + e.value() + ", but must be " + e.expectation()));
    }

    @Test
    void defaultsAreThoseOfTheReference() {
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
    }

    @Test
    void eachChangeLeavesTheRest() {
        GeminiPoolSettings changed = DEFAULTS.withSize(3)
                .withDefaultModel("m")
                .withAcquireTimeout(Duration.ZERO)
                .withSelection(Selection.ROUND_ROBIN)
                .withModels(Map.of("big", new ModelSettings(99)))
                .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))
                .withHttp(DEFAULTS.http().withTimeouts(Duration.ZERO, Duration.ZERO, Duration.ofHours(1)))
                .withBaseUrl(URI.create("http://localhost:8080"));

        assertThat(changed.defaultModel()).isEqualTo("m");
        assertThat(changed.size()).isEqualTo(3);
        assertThat(changed.acquireTimeout()).isZero();
        assertThat(changed.selection()).isEqualTo(Selection.ROUND_ROBIN);
        assertThat(changed.sizeOf("big")).isEqualTo(99);
        assertThat(changed.sizeOf("other")).isEqualTo(3);
        assertThat(changed.retry().maxAttempts()).isOne();
        assertThat(changed.http().callTimeout()).hasHours(1);
        assertThat(changed.http().baseUrl()).hasPort(8080);
        assertThat(DEFAULTS.size()).isEqualTo(10);
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
    void fallbacksAreKeptInTheirOrder() {
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
    void fallbacksAreNamesOfModelsEachOnce(String name) {
        assertRefused("models[].fallbacks", () -> ModelSettings.DEFAULTS.withFallbacks("b", name));
    }

    @Test
    void aModelIsNoFallbackOfItself() {
        assertRefused(
                "models[].fallbacks",
                () -> DEFAULTS.withModels(Map.of("m", ModelSettings.DEFAULTS.withFallbacks("a", "m"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE})
    void sizesHaveTheirRange(int size) {
        assertRefused("size", () -> DEFAULTS.withSize(size));
        assertRefused("models[].size", () -> new ModelSettings(size));
    }

    @Test
    void theEndsOfTheRangesAreTaken() {
        assertThat(DEFAULTS.withSize(1).size()).isOne();
        assertThat(DEFAULTS.withSize(10_000).size()).isEqualTo(10_000);
        assertThat(new RetrySettings(1, Duration.ZERO, 100, Duration.ZERO, 1, 1).multiplier())
                .isEqualTo(100);
    }

    @Test
    void modelAndTimeoutAreChecked() {
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
        "retry.jitter,        3, 500, 2,   10000, -0.1, 0.2",
        "retry.jitter,        3, 500, 2,   10000, 1.1,  0.2",
        "retry.jitter,        3, 500, 2,   10000, NaN,  0.2",
        "retry.budget,        3, 500, 2,   10000, 1,    -0.1",
        "retry.budget,        3, 500, 2,   10000, 1,    1.1",
        "retry.budget,        3, 500, 2,   10000, 1,    NaN",
    })
    void retryIsChecked(
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
        void takesHttpsAndLoopback(String url) {
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
        void refusesWhatWouldShowKeysOrIsNoUrl(String url) {
            assertRefused("base-url", () -> HTTP.withBaseUrl(URI.create(url)));
        }

        @Test
        void takesPlainHttpWhereThatIsAllowed() {
            HttpSettings insecure = new HttpSettings(
                    URI.create("http://10.0.0.1"), true, Duration.ZERO, Duration.ZERO, Duration.ZERO, null);

            assertThat(insecure.baseUrl()).hasHost("10.0.0.1");
        }

        @Test
        void doesNotShowAPassword() {
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

        @Test
        void readsAProxy() {
            assertThat(HostAndPort.parse("proxy.example:3128")).isEqualTo(new HostAndPort("proxy.example", 3128));
            assertThat(HostAndPort.parse("[::1]:3128")).isEqualTo(new HostAndPort("[::1]", 3128));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "proxy", ":3128", "proxy:", "proxy:0", "proxy:65536", "proxy:-1", "proxy:x", " :1"})
        void refusesWhatIsNoProxy(String text) {
            assertRefused("http.proxy", () -> HostAndPort.parse(text));
        }
    }
}

package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.HostAndPort;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.settings.InvalidSettingException;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.settings.ProxyCredentials;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.settings.RotationSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.Priority;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

class GeminiPoolPropertiesTests {

    @Test
    void defaultsMatchTheCore() {
        assertThat(settings()).isEqualTo(GeminiPoolSettings.DEFAULTS);
    }

    @Test
    void everySettingReachesTheCore() {
        GeminiPoolSettings settings = settings(
                "default-model=m",
                "base-url=http://gemini.example:8080",
                "api-version=v1",
                "allow-insecure-base-url=true",
                "size=4",
                "acquire-timeout=7s",
                "selection=least-loaded",
                "models[0].name=gemini-2.5-pro",
                "models[0].size=2",
                "models[0].fallbacks=gemini-flash-latest,tunedModels/mine",
                "models[0].limits.requests-per-minute=5",
                "limits.requests-per-minute=60",
                "limits.tokens-per-minute=250000",
                "limits.requests-per-day=1000",
                "limits.share=0.5",
                "health.error-rate-threshold=0.3",
                "health.usage-share-threshold=0.6",
                "health.minimum-calls=40",
                "health.window=2m",
                "rotation.check-interval=1m",
                "leak-detection-threshold=90s",
                "recent-decisions=50",
                "retry.max-attempts=5",
                "retry.initial-delay=1s",
                "retry.multiplier=3",
                "retry.max-delay=20s",
                "retry.jitter=0.5",
                "retry.budget=0.1",
                "retry.on-empty-response=true",
                "http.connect-timeout=2s",
                "http.read-timeout=1m",
                "http.call-timeout=3m",
                "http.ping-interval=20s",
                "http.proxy=proxy.example:3128",
                "http.proxy-username=me",
                "http.proxy-password=hunter2",
                "http.max-answer-size=5MB");
        assertThat(settings)
                .isEqualTo(new GeminiPoolSettings(
                        "m",
                        4,
                        Duration.ofSeconds(7),
                        Selection.LEAST_LOADED,
                        Map.of(
                                "gemini-2.5-pro",
                                new ModelSettings(
                                        2,
                                        List.of("gemini-flash-latest", "tunedModels/mine"),
                                        Limits.NONE.withRequestsPerMinute(5))),
                        new Limits(60, 250_000, 1000, 0.5),
                        new HealthSettings(0.3, 0.6, 40, Duration.ofMinutes(2)),
                        new RotationSettings(Duration.ofMinutes(1)),
                        Duration.ofSeconds(90),
                        50,
                        new RetrySettings(5, Duration.ofSeconds(1), 3, Duration.ofSeconds(20), 0.5, 0.1, true),
                        new HttpSettings(
                                URI.create("http://gemini.example:8080"),
                                "v1",
                                true,
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(3),
                                new HostAndPort("proxy.example", 3128),
                                new ProxyCredentials("me", "hunter2"),
                                Duration.ofSeconds(20),
                                5 * 1024 * 1024)));
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void aPasswordForTheProxyNeedsAUser() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> settings("http.proxy=proxy.example:3128", "http.proxy-password=hunter2"))
                .withMessageContaining("gemini.pool.http.proxy-username")
                .withMessageNotContaining("hunter2");
    }

    @Test
    void aUserNeedsAProxy() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> settings("http.proxy-username=me"))
                .withMessageContaining("gemini.pool.http.proxy-username");
    }

    @Test
    void modelWithoutSizeHasThePoolsSize() {
        GeminiPoolSettings settings = settings("size=4", "models[0].name=m");
        assertThat(settings.models()).containsEntry("m", ModelSettings.DEFAULTS);
        assertThat(settings.sizeOf("m")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "models[1].size, models[1].size=0",
        "models[1].fallbacks, models[1].fallbacks[0]=m",
        "models[1].fallbacks, models[1].fallbacks[0]=models/other",
        "models[1].fallbacks, 'models[1].fallbacks=a,a'"
    })
    void invalidModelSettingsAreReportedWithTheirIndex(String setting, String property) {
        assertInvalid(setting, "models[0].name=first", "models[1].name=m", property);
    }

    @Test
    void projectDefaultsMatchTheCore() {
        assertThat(projects("projects[0].name=p")).containsExactly(Project.of("p"));
    }

    @Test
    void projectsHaveAccountTierAndWeight() {
        assertThat(projects(
                        "projects[0].name=p",
                        "projects[0].billing-account=b",
                        "projects[0].tier=1",
                        "projects[0].weight=2.5"))
                .containsExactly(new Project("p", "b", 1, 2.5));
    }

    @Test
    void projectsHaveLimits() {
        assertThat(projects(
                        "projects[0].name=p",
                        "projects[0].limits.requests-per-minute=10",
                        "projects[0].models[0].name=m",
                        "projects[0].models[0].limits.tokens-per-minute=30000",
                        "projects[0].models[0].limits.requests-per-day=20",
                        "projects[0].models[0].limits.share=0.1"))
                .containsExactly(Project.of("p")
                        .withLimits(new Limits(10, null, null, null))
                        .withModelLimits(Map.of("m", new Limits(null, 30_000, 20, 0.1))));
    }

    @ParameterizedTest
    @CsvSource({
        "limits.requests-per-minute, limits.requests-per-minute=0",
        "limits.tokens-per-minute, limits.tokens-per-minute=0",
        "limits.requests-per-day, limits.requests-per-day=-1",
        "limits.share, limits.share=0",
        "limits.share, limits.share=1.1",
        "models[0].limits.requests-per-minute, models[0].limits.requests-per-minute=0",
        "projects[0].limits.share, projects[0].limits.share=NaN",
        "projects[0].models[0].limits.requests-per-day, projects[0].models[0].limits.requests-per-day=0",
        "projects[0].models[1].name, projects[0].models[1].name=m",
        "projects[0].models[1].name, projects[0].models[1].limits.share=1"
    })
    void invalidLimitsAreReportedWithTheirIndex(String setting, String property) {
        assertInvalid(setting, "models[0].name=m", "projects[0].name=p", "projects[0].models[0].name=m", property);
    }

    @ParameterizedTest
    @CsvSource({
        "models[0].size=2, models[0].name",
        "projects[0].tier=2, projects[0].name",
        "projects[0].name=' ', projects[0].name"
    })
    void entriesRequireNames(String property, String setting) {
        assertInvalid(setting, property.replace("'", ""));
    }

    @Test
    void modelNamesAreUnique() {
        assertInvalid("models[1].name", "models[0].name=m", "models[1].name=m");
    }

    @Test
    void projectNamesAreUnique() {
        assertInvalid("projects[1].name", "projects[0].name=p", "projects[1].name=p");
    }

    @Test
    void callersHaveLimits() {
        GeminiPoolProperties properties = bind(
                "callers[0].name=guild",
                "callers[0].requests-per-minute=1",
                "callers[0].tokens-per-minute=2",
                "callers[0].requests-per-day=3",
                "callers[0].concurrency=4",
                "callers[0].priority=background",
                "callers[0].projects=p",
                "callers[0].models=m,n",
                "callers[1].name=*");
        assertThat(new PropertiesCallersMapper(properties.callers(), Set.of("p")).limits())
                .containsExactly(
                        new CallerLimits("guild", 1, 2, 3, 4, Priority.BACKGROUND, Set.of("p"), Set.of("m", "n")),
                        CallerLimits.of("*"));
    }

    @Test
    void weightsMustBePositive() {
        assertInvalid("projects[0].weight", "projects[0].name=p", "projects[0].weight=0");
    }

    @Test
    void invalidBaseUrlIsNotPrinted() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> settings("base-url=https://user:hunter2@host:x y"))
                .satisfies(e -> assertThat(e).hasNoCause())
                .withMessageNotContaining("hunter2");
    }

    @Test
    void proxyWithPasswordIsNotPrinted() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> settings("http.proxy=user:hunter2@host:8080"))
                .withMessageNotContaining("hunter2")
                .withMessageContaining("gemini.pool.http.proxy");
    }

    @Test
    void keysAreReadFromOneEnvironmentVariable() {
        assertThat(keys(environmentVariables("GEMINI_POOL_KEYS", "first-secret,second-secret")))
                .containsExactly(ApiKey.of("first-secret"), ApiKey.of("second-secret"));
    }

    @Test
    void structuredKeysAreReadFromEnvironmentVariables() {
        assertThat(keys(environmentVariables(
                        "GEMINI_POOL_KEYS_0_VALUE", "first-secret",
                        "GEMINI_POOL_KEYS_0_NAME", "first",
                        "GEMINI_POOL_KEYS_0_PROJECT", "shop",
                        "GEMINI_POOL_KEYS_1_VALUE", "second-secret",
                        "GEMINI_POOL_KEYS_1_ENABLED", "false")))
                .containsExactly(
                        ApiKey.of("first-secret").named("first").inProject("shop"),
                        ApiKey.of("second-secret").disabled());
    }

    @Test
    void plainAndStructuredKeysCanBeMixed() {
        assertThat(keys("keys[0]=first-secret", "keys[1].value=second-secret", "keys[1].name=second"))
                .containsExactly(
                        ApiKey.of("first-secret"), ApiKey.of("second-secret").named("second"));
    }

    @Test
    void emptyListHasNoKeys() {
        assertThat(keys("keys=")).isEmpty();
    }

    @Test
    void whitespaceAroundKeysIsRemoved() {
        assertThat(keys("keys[0]= first-secret\n"))
                .extracting(ApiKey::secret)
                .containsExactly(Secret.of("first-secret"));
    }

    @Test
    void toStringShowsNoKey() {
        GeminiPoolProperties properties = bind("keys[0]=first-secret", "keys[1].value=second-secret");
        assertThat(properties.toString()).contains("***").doesNotContain("-secret");
    }

    private static void assertInvalid(String setting, String... properties) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> {
                    settings(properties);
                    projects(properties);
                })
                .satisfies(e -> assertThat(e.setting()).isEqualTo(setting));
    }

    private static GeminiPoolSettings settings(String... properties) {
        return new PropertiesSettingsMapper(bind(properties)).settings(null);
    }

    private static List<Project> projects(String... properties) {
        return new PropertiesSettingsMapper(bind(properties)).projects();
    }

    private static List<ApiKey> keys(String... properties) {
        return keys(bind(properties));
    }

    private static List<ApiKey> keys(GeminiPoolProperties properties) {
        return new PropertiesGeminiPoolConnectionDetails(properties).getKeys();
    }

    private static GeminiPoolProperties bind(String... properties) {
        MockEnvironment environment = new MockEnvironment();
        Arrays.stream(properties)
                .map(property -> property.split("=", 2))
                .forEach(pair -> environment.setProperty("gemini.pool." + pair[0], pair[1]));
        return Binder.get(environment).bindOrCreate("gemini.pool", GeminiPoolProperties.class);
    }

    private static GeminiPoolProperties environmentVariables(String... namesAndValues) {
        Map<String, Object> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables));
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment).bindOrCreate("gemini.pool", GeminiPoolProperties.class);
    }
}

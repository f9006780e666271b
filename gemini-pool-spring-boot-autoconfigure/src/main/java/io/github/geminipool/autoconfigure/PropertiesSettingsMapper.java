package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.HostAndPort;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.settings.InvalidSettingException;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.settings.ProxyCredentials;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.settings.RotationSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * Maps the properties to the core's settings. All methods throw {@link InvalidSettingException} for invalid values.
 */
final class PropertiesSettingsMapper {

    private static final Pattern VERSION =
            Pattern.compile("/(v\\d+(?:(?:alpha|beta)\\d*)?)(?:/+(?:models|openai))?/*$");

    private static final String RESOURCE = "models/";

    private static final Duration MAX_INTERVAL = Duration.ofDays(1);

    private final GeminiPoolProperties properties;

    PropertiesSettingsMapper(GeminiPoolProperties properties) {
        this.properties = properties;
    }

    /**
     * Returns the settings.
     *
     * @param baseUrl the URL to use instead of {@code gemini.pool.base-url}, or null
     */
    GeminiPoolSettings settings(@Nullable URI baseUrl) {
        Duration interval = properties.keysFileInterval();
        if (interval.isNegative() || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new InvalidSettingException(
                    "keys-file-interval", String.valueOf(interval), "0 (never), or up to a day");
        }
        return new GeminiPoolSettings(
                properties.defaultModel().strip(),
                properties.size(),
                properties.acquireTimeout(),
                properties.selection(),
                models(),
                limits(
                        "limits",
                        properties.limits().requestsPerMinute(),
                        properties.limits().tokensPerMinute(),
                        properties.limits().requestsPerDay(),
                        properties.limits().share()),
                health(properties.health()),
                new RotationSettings(properties.rotation().checkInterval()),
                properties.leakDetectionThreshold(),
                properties.recentDecisions(),
                retry(properties.retry()),
                http(properties.http(), baseUrl));
    }

    /** Returns the described projects. */
    List<Project> projects() {
        Map<String, Project> projects = new LinkedHashMap<>();
        for (int i = 0; i < properties.projects().size(); i++) {
            GeminiPoolProperties.Project entry = properties.projects().get(i);
            String setting = "projects[" + i + "]";
            String name = seen(setting + ".name", name(setting, entry.name()));
            Project project = project(setting, name, entry);
            rejectDuplicate(setting, name, projects.putIfAbsent(name, project));
        }
        return List.copyOf(projects.values());
    }

    private static Project project(String setting, String name, GeminiPoolProperties.Project entry) {
        double weight = entry.weight();
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new InvalidSettingException(setting + ".weight", String.valueOf(weight), "a number greater than 0");
        }
        String billingAccount = StringUtils.hasText(entry.billingAccount())
                ? seen(setting + ".billing-account", entry.billingAccount().strip())
                : name;
        return new Project(name, billingAccount, entry.tier(), weight)
                .withLimits(limits(setting + ".limits", entry.limits()))
                .withModelLimits(modelLimits(setting, entry.models()));
    }

    private static Map<String, Limits> modelLimits(String project, List<GeminiPoolProperties.ProjectModel> entries) {
        Map<String, Limits> models = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            String setting = project + ".models[" + i + "]";
            String name = nameOfModel(setting, entries.get(i).name());
            Limits limits = limits(setting + ".limits", entries.get(i).limits());
            rejectDuplicate(setting, name, models.putIfAbsent(name, limits));
        }
        return models;
    }

    private static Limits limits(String setting, GeminiPoolProperties.SpecialLimits limits) {
        return limits(
                setting, limits.requestsPerMinute(), limits.tokensPerMinute(), limits.requestsPerDay(), limits.share());
    }

    private static Limits limits(
            String setting,
            @Nullable Integer perMinute,
            @Nullable Integer tokens,
            @Nullable Integer perDay,
            @Nullable Double share) {
        atLeastOne(setting + ".requests-per-minute", perMinute);
        atLeastOne(setting + ".tokens-per-minute", tokens);
        atLeastOne(setting + ".requests-per-day", perDay);
        if (share != null && !(share > 0 && share <= 1)) {
            throw new InvalidSettingException(
                    setting + ".share", String.valueOf(share), "a number greater than 0 and at most 1");
        }
        return new Limits(perMinute, tokens, perDay, share);
    }

    private static void atLeastOne(String setting, @Nullable Integer limit) {
        if (limit != null && limit < 1) {
            throw new InvalidSettingException(
                    setting, String.valueOf(limit), "at least 1, or leave it unset so that the pool learns the limit");
        }
    }

    private Map<String, ModelSettings> models() {
        Map<String, ModelSettings> models = new LinkedHashMap<>();
        for (int i = 0; i < properties.models().size(); i++) {
            GeminiPoolProperties.Model entry = properties.models().get(i);
            String setting = "models[" + i + "]";
            String name = nameOfModel(setting, entry.name());
            rejectDuplicate(setting, name, models.putIfAbsent(name, model(setting, name, entry)));
        }
        return models;
    }

    private static ModelSettings model(String setting, String name, GeminiPoolProperties.Model entry) {
        try {
            ModelSettings model =
                    new ModelSettings(entry.size(), entry.fallbacks(), limits(setting + ".limits", entry.limits()));
            // Rejects settings that are invalid for this name, such as a model among its own fallbacks.
            var unused = GeminiPoolSettings.DEFAULTS.withModels(Map.of(name, model));
            return model;
        } catch (InvalidSettingException e) {
            throw new InvalidSettingException(e.setting().replace("models[]", setting), e.value(), e.expectation());
        }
    }

    private static String name(String setting, @Nullable String name) {
        if (!StringUtils.hasText(name)) {
            throw new InvalidSettingException(setting + ".name", "missing", "a name");
        }
        return name.strip();
    }

    private static String nameOfModel(String setting, @Nullable String name) {
        return withoutPrefix(setting + ".name", name(setting, name));
    }

    /** Returns a model's name, which must have no prefix: settings for another spelling would have no effect. */
    static String withoutPrefix(String setting, String model) {
        if (model.startsWith(RESOURCE)) {
            throw new InvalidSettingException(setting, model, "the name of a model without the prefix 'models/'");
        }
        return model;
    }

    private static String seen(String setting, String name) {
        try {
            return Project.of(name).name();
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(setting, "a text with an invisible character", "one without");
        }
    }

    private static void rejectDuplicate(String setting, String name, @Nullable Object first) {
        if (first != null) {
            throw new InvalidSettingException(setting + ".name", name, "a name that no earlier entry has");
        }
    }

    private static HealthSettings health(GeminiPoolProperties.Health health) {
        return new HealthSettings(
                health.errorRateThreshold(), health.usageShareThreshold(), health.minimumCalls(), health.window());
    }

    private static RetrySettings retry(GeminiPoolProperties.Retry retry) {
        return new RetrySettings(
                retry.maxAttempts(),
                retry.initialDelay(),
                retry.multiplier(),
                retry.maxDelay(),
                retry.jitter(),
                retry.budget(),
                retry.onEmptyResponse());
    }

    private HttpSettings http(GeminiPoolProperties.Http http, @Nullable URI baseUrl) {
        return new HttpSettings(
                baseUrl == null ? url(properties.baseUrl()) : baseUrl,
                properties.apiVersion(),
                properties.allowInsecureBaseUrl(),
                http.connectTimeout(),
                http.readTimeout(),
                http.callTimeout(),
                StringUtils.hasText(http.proxy()) ? HostAndPort.parse(http.proxy()) : null,
                proxyCredentials(http.proxyUsername(), http.proxyPassword()),
                http.pingInterval(),
                http.maxAnswerSize().toBytes());
    }

    private static @Nullable ProxyCredentials proxyCredentials(@Nullable String username, @Nullable String password) {
        if (StringUtils.hasText(username)) {
            return new ProxyCredentials(username, password == null ? "" : password);
        }
        if (StringUtils.hasText(password)) {
            throw new InvalidSettingException("http.proxy-username", "missing", "set with http.proxy-password");
        }
        return null;
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text.strip());
            if (url.getScheme() == null || url.getHost() == null) {
                throw new InvalidSettingException(
                        "base-url",
                        "a URL without a scheme or a host",
                        "an absolute URL, such as https://generativelanguage.googleapis.com");
            }
            Matcher version = VERSION.matcher(String.valueOf(url.getPath()));
            if (version.find()) {
                throw new InvalidSettingException(
                        "base-url",
                        "a URL that ends with the version " + version.group(1)
                                + ", which would appear twice in every call",
                        "the same URL without it, since the version is that of gemini.pool.api-version");
            }
            return url;
        } catch (URISyntaxException e) {
            // Neither the text nor the cause, which contains it: it may hold a password or a key.
            throw new InvalidSettingException("base-url", "not a URL", "an absolute http or https URL");
        }
    }
}

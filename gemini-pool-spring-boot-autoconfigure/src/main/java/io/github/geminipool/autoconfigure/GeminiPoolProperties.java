package io.github.geminipool.autoconfigure;

import io.github.geminipool.settings.Selection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings below {@code gemini.pool}. Immutable; printing it shows no secret.
 *
 * @param enabled Whether to create a pool of Gemini API keys.
 * @param keys Comma-separated list of API keys, or list of entries with 'value', 'name', 'project' and 'enabled'.
 * @param projects List of the projects that keys name, each with 'name', 'billing-account', 'tier', 'weight', 'limits'
 *     and 'models'.
 * @param defaultModel Model of requests that name none.
 * @param baseUrl URL of the Gemini API, for proxies and tests. Keys are sent to this host only.
 * @param allowInsecureBaseUrl Whether plain HTTP is accepted to a host other than this machine.
 * @param size Number of instances of each model, which is how many calls to it run at once.
 * @param acquireTimeout Longest time that a call waits for instances and keys, in all its attempts together.
 * @param selection Way to choose a key among the usable ones.
 * @param models List of models with settings of their own, each with 'name', 'size', 'fallbacks' and 'limits'.
 * @param limits What a project may send to a model, unless the model, the project, or the project for the model says
 *     otherwise.
 * @param health When a key counts as unhealthy.
 * @param rotation Periodic check of keys.
 * @param leakDetectionThreshold Time that a call may hold an instance before the log tells of it. Zero means never.
 * @param recentDecisions Number of choices of a key of which the endpoint tells why, at most 1000. Zero means none.
 * @param retry How failures that another key would not cure are repeated.
 * @param http Connection to the Gemini API.
 */
@ConfigurationProperties("gemini.pool")
public record GeminiPoolProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<Key> keys,
        @DefaultValue List<Project> projects,
        @DefaultValue("gemini-flash-latest") String defaultModel,

        @DefaultValue("https://generativelanguage.googleapis.com")
        String baseUrl,

        @DefaultValue("false") boolean allowInsecureBaseUrl,
        @DefaultValue("10") int size,
        @DefaultValue("30s") Duration acquireTimeout,
        @DefaultValue("adaptive") Selection selection,
        @DefaultValue List<Model> models,
        @DefaultValue Limits limits,
        @DefaultValue Health health,
        @DefaultValue Rotation rotation,
        @DefaultValue("0s") Duration leakDetectionThreshold,
        @DefaultValue("0") int recentDecisions,
        @DefaultValue Retry retry,
        @DefaultValue Http http) {

    /**
     * One API key.
     *
     * @param value Key itself.
     * @param name Name shown wherever the pool speaks of the key.
     * @param project Project that the key belongs to. Keys of one project share its quota.
     * @param enabled Whether the key is used.
     */
    public record Key(
            @Nullable KeyValue value,
            @Nullable String name,
            @Nullable String project,
            @DefaultValue("true") boolean enabled) {

        /** Makes an entry of a plain key; never fails, since Spring Boot prints what can't be converted. */
        public static Key valueOf(String value) {
            return new Key(KeyValue.valueOf(value), null, null, true);
        }
    }

    /**
     * The value of a key as it was written, which may turn out to be none. It is no bean and no record, so that
     * nothing that prints or serialises properties finds the text.
     */
    public static final class KeyValue {

        private final String text;

        private KeyValue(String text) {
            this.text = text;
        }

        /** Wraps a text; never fails, since Spring Boot prints what can't be converted. */
        public static KeyValue valueOf(String text) {
            return new KeyValue(text);
        }

        String text() {
            return text;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * What is to be known of a project beyond its name.
     *
     * @param name Name that keys refer to.
     * @param billingAccount Payer whose credit and caps the project shares with others. An account of its own by
     *     default.
     * @param tier Order of preference, lower first.
     * @param weight Share of the calls beside other projects of its tier, where the selection is adaptive or least-loaded.
     * @param limits What it may send to any one model.
     * @param models List of models with limits of their own for this project, each with 'name' and 'limits'.
     */
    public record Project(
            @Nullable String name,
            @Nullable String billingAccount,
            @DefaultValue("0") int tier,
            @DefaultValue("1.0") double weight,
            @DefaultValue SpecialLimits limits,
            @DefaultValue List<ProjectModel> models) {}

    /**
     * What a project may send to a model, as far as it is special about both.
     *
     * @param name Name of the model.
     * @param limits What the project may send to it.
     */
    public record ProjectModel(
            @Nullable String name, @DefaultValue SpecialLimits limits) {}

    /**
     * What a project may send to a model.
     *
     * @param requestsPerMinute Most requests in any 60 seconds. Learned from Gemini's refusals by default.
     * @param tokensPerMinute Most tokens of prompts in any 60 seconds. Learned by default.
     * @param requestsPerDay Most requests from midnight to midnight Pacific time. Learned by default.
     * @param share Part of all limits that this application may use, where others use the same projects.
     */
    public record Limits(
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer requestsPerDay,
            @DefaultValue("1.0") double share) {}

    /**
     * What is special about the limits of a model, a project, or a project for a model. What is left out is as usual.
     *
     * @param requestsPerMinute Most requests in any 60 seconds.
     * @param requestsPerDay Most requests from midnight to midnight Pacific time.
     * @param share Part of all limits that this application may use.
     */
    public record SpecialLimits(
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer requestsPerDay,
            @Nullable Double share) {}

    /**
     * What is special about a model.
     *
     * @param name Name of the model.
     * @param size Number of its instances. That of 'gemini.pool.size' by default.
     * @param fallbacks Models to go on with, in this order, where it has no quota left or is overloaded.
     * @param limits What a project may send to it.
     */
    public record Model(
            @Nullable String name,
            @Nullable Integer size,
            @DefaultValue List<String> fallbacks,
            @DefaultValue SpecialLimits limits) {}

    /**
     * When a key counts as unhealthy.
     *
     * @param errorRateThreshold Share of a key's attempts that failed by its own fault, above which it is avoided.
     * @param usageShareThreshold Share of a model's calls above which a key is passed over for others.
     * @param minimumCalls Number of attempts that make a verdict.
     * @param window Time over which the error rate is taken.
     */
    public record Health(
            @DefaultValue("0.2") double errorRateThreshold,
            @DefaultValue("0.5") double usageShareThreshold,
            @DefaultValue("20") int minimumCalls,
            @DefaultValue("5m") Duration window) {}

    /**
     * Periodic check.
     *
     * @param checkInterval Time between two checks, and longest time between two probes of a rejected key.
     */
    public record Rotation(@DefaultValue("5m") Duration checkInterval) {}

    /**
     * How failures are repeated.
     *
     * @param maxAttempts Number of attempts in all, the first one included. Going on with another key does not count.
     * @param initialDelay Delay before the first repeat.
     * @param multiplier Factor by which the delay grows from repeat to repeat.
     * @param maxDelay Longest delay.
     * @param jitter Part of the delay that is left to chance, from 0 to 1.
     * @param budget Number of repeats allowed per call on the average, from 0 to 1.
     * @param onEmptyResponse Whether answers that say nothing, which are billed, are asked for again too. Blocked ones
     *     and those whose tokens were used up never are.
     */
    public record Retry(
            @DefaultValue("3") int maxAttempts,
            @DefaultValue("500ms") Duration initialDelay,
            @DefaultValue("2.0") double multiplier,
            @DefaultValue("10s") Duration maxDelay,
            @DefaultValue("1.0") double jitter,
            @DefaultValue("0.2") double budget,
            @DefaultValue("false") boolean onEmptyResponse) {}

    /**
     * Connection to the Gemini API.
     *
     * @param connectTimeout Longest time to make a connection. Zero means no limit.
     * @param readTimeout Longest silence within an answer. Zero means no limit.
     * @param callTimeout Longest time of a call with all its attempts and its answer. Zero means no limit.
     * @param proxy HTTP proxy as 'host:port'.
     * @param ssl Certificates of the connection.
     */
    public record Http(
            @DefaultValue("10s") Duration connectTimeout,
            @DefaultValue("5m") Duration readTimeout,
            @DefaultValue("0s") Duration callTimeout,
            @Nullable String proxy,
            @DefaultValue Ssl ssl) {

        /**
         * Certificates of the connection.
         *
         * @param bundle Name of the SSL bundle to use.
         */
        public record Ssl(@Nullable String bundle) {}
    }
}

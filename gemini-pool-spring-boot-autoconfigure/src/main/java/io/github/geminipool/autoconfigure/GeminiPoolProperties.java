package io.github.geminipool.autoconfigure;

import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.Priority;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for the pool. Immutable; {@link #toString()} shows no secret.
 *
 * @param enabled Whether to create a pool of Gemini API keys.
 * @param keys Comma-separated list of API keys, or list of entries with 'value', 'name', 'project' and 'enabled'.
 * @param keysFile File with one key per line, or a directory of such files, in addition to 'gemini.pool.keys'. A line is a key, or
 *     'name=…,project=…,value=…' with the value last. Reloaded when it changes.
 * @param keysFileInterval Interval between checks of the keys file for changes. Zero means never.
 * @param projects List of projects that keys refer to, each with 'name', 'billing-account', 'tier', 'weight', 'limits'
 *     and 'models'.
 * @param defaultModel Model to use for requests that do not name one.
 * @param baseUrl URL of the Gemini API. Keys are sent to this host only.
 * @param apiVersion Version of the Gemini API that the pool's client uses, whatever the environment variable
 *     GOOGLE_GENAI_API_VERSION says. v1 lacks much of v1beta, such as model names ending in -latest.
 * @param allowInsecureBaseUrl Whether to allow plain HTTP to a host other than this machine.
 * @param size Number of instances per model, which is the maximum number of concurrent calls to it (1 to 10,000).
 * @param acquireTimeout Maximum time that a call waits for instances and keys, over all its attempts. Zero means that it
 *     does not wait.
 * @param selection Strategy for choosing among the usable keys.
 * @param callerResolver What determines the caller of calls that name none, unless there is a bean of type CallerResolver. With
 *     'principal', it is the user whom Spring Security has authenticated.
 * @param models List of models with their own settings, each with 'name', 'size', 'fallbacks' and 'limits'.
 * @param limits Limits of each project for each model. Overridden by the limits of a model, of a project, and of a project for a
 *     model.
 * @param callers List of limits of callers, each with 'name' ('*' for each caller without an entry), 'requests-per-minute',
 *     'tokens-per-minute', 'requests-per-day', 'concurrency', 'priority', 'projects' and 'models'.
 * @param health Criteria for unhealthy keys.
 * @param rotation Periodic check of keys.
 * @param leakDetectionThreshold Time that a call may hold an instance before a warning is logged. Zero means never.
 * @param recentDecisions Number of recent key choices kept with their reasons (0 to 1,000).
 * @param retry Retries of failures that another key would not avoid.
 * @param http Connection to the Gemini API.
 * @param metrics Meters of the pool.
 * @param shared What the replicas of the application share.
 */
@ConfigurationProperties(prefix = "gemini.pool")
public record GeminiPoolProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<Key> keys,
        @Nullable String keysFile,
        @DefaultValue("10s") Duration keysFileInterval,
        @DefaultValue List<Project> projects,
        @DefaultValue("gemini-flash-latest") String defaultModel,

        @DefaultValue("https://generativelanguage.googleapis.com")
        String baseUrl,

        @DefaultValue("v1beta") String apiVersion,
        @DefaultValue("false") boolean allowInsecureBaseUrl,
        @DefaultValue("10") int size,
        @DefaultValue("30s") Duration acquireTimeout,
        @DefaultValue("adaptive") Selection selection,
        @DefaultValue("none") CallerNames callerResolver,
        @DefaultValue List<Model> models,
        @DefaultValue Limits limits,
        @DefaultValue List<Caller> callers,
        @DefaultValue Health health,
        @DefaultValue Rotation rotation,
        @DefaultValue("0s") Duration leakDetectionThreshold,
        @DefaultValue("0") int recentDecisions,
        @DefaultValue Retry retry,
        @DefaultValue Http http,
        @DefaultValue Metrics metrics,
        @DefaultValue Shared shared) {

    /** What determines the caller of a call. */
    public enum CallerNames {
        /** Nothing. */
        NONE,
        /** Spring Security's principal. */
        PRINCIPAL
    }

    /**
     * Meters of the pool.
     *
     * @param observations Whether observations of calls and attempts are also recorded as meters, in addition to the pool's own
     *     timers of the same calls and attempts.
     */
    public record Metrics(@DefaultValue("false") boolean observations) {}

    /**
     * One API key.
     *
     * @param value API key.
     * @param name Name of the key in logs, statistics and meters.
     * @param project Name of the project that the key belongs to. Keys of one project share its quota.
     * @param enabled Whether the key is used.
     */
    public record Key(
            @Nullable KeyValue value,
            @Nullable String name,
            @Nullable String project,
            @DefaultValue("true") boolean enabled) {

        /** Creates an entry for a plain key. Never fails, since Spring Boot prints values that it cannot convert. */
        public static Key valueOf(String value) {
            return new Key(KeyValue.valueOf(value), null, null, true);
        }
    }

    /**
     * Raw text of a key, not yet validated. Deliberately neither a bean nor a record, so that nothing that prints or
     * serializes properties finds the text.
     */
    public static final class KeyValue {

        private final String text;

        private KeyValue(String text) {
            this.text = text;
        }

        /** Wraps a text. Never fails, since Spring Boot prints values that it cannot convert. */
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
     * Description of a project.
     *
     * @param name Name that keys refer to.
     * @param billingAccount Name of the billing account, whose projects share its credit and spending caps. By default, each
     *     project has its own.
     * @param tier Order of preference, lowest first.
     * @param weight Relative share of the calls among the projects of a tier. Applies if the selection is adaptive or
     *     least-loaded.
     * @param limits Limits of this project for each model.
     * @param models List of models with their own limits for this project, each with 'name' and 'limits'.
     */
    public record Project(
            @Nullable String name,
            @Nullable String billingAccount,
            @DefaultValue("0") int tier,
            @DefaultValue("1.0") double weight,
            @DefaultValue SpecialLimits limits,
            @DefaultValue List<ProjectModel> models) {}

    /**
     * Limits of a caller.
     *
     * @param name Name of the caller; '*' for each caller without an entry.
     * @param requestsPerMinute Maximum number of calls in any 60 seconds.
     * @param tokensPerMinute Maximum number of prompt tokens in any 60 seconds.
     * @param requestsPerDay Maximum number of calls from midnight to midnight Pacific time.
     * @param concurrency Maximum number of calls at the same time.
     * @param priority Priority of calls that do not set one.
     * @param projects Projects whose keys the calls may use. By default all.
     * @param models Models that the calls may use. By default all.
     */
    public record Caller(
            @Nullable String name,
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer requestsPerDay,
            @Nullable Integer concurrency,
            @Nullable Priority priority,
            @DefaultValue List<String> projects,
            @DefaultValue List<String> models) {}

    /**
     * Limits of one project for one model.
     *
     * @param name Name of the model.
     * @param limits Limits of the project for this model.
     */
    public record ProjectModel(
            @Nullable String name, @DefaultValue SpecialLimits limits) {}

    /**
     * Limits of a project for a model.
     *
     * @param requestsPerMinute Maximum number of requests in any 60 seconds, per project and model. Learned from Gemini's
     *     429 responses if not set.
     * @param tokensPerMinute Maximum number of prompt tokens in any 60 seconds, per project and model. Learned if not set.
     * @param requestsPerDay Maximum number of requests from midnight to midnight Pacific time, per project and model.
     *     Learned if not set.
     * @param share Fraction of all limits, including learned ones, that this application may use (greater than 0, at most
     *     1). Lower it if other applications or replicas use the same projects.
     */
    public record Limits(
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer requestsPerDay,
            @DefaultValue("1.0") double share) {}

    /**
     * Limits of a model, a project, or a project for a model. Values that are not set are inherited.
     *
     * @param requestsPerMinute Maximum number of requests in any 60 seconds.
     * @param tokensPerMinute Maximum number of prompt tokens in any 60 seconds.
     * @param requestsPerDay Maximum number of requests from midnight to midnight Pacific time.
     * @param share Fraction of all limits that this application may use.
     */
    public record SpecialLimits(
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer requestsPerDay,
            @Nullable Double share) {}

    /**
     * What the replicas of the application share.
     *
     * @param enabled Whether quotas, exclusions and owners of resources are shared with other replicas through Redis (tested on
     *     7.0). Needs gemini-pool-redis and Spring Boot's starter for Redis.
     * @param namespace Namespace within which replicas share. Applications that use the same projects should have the same one,
     *     others different ones.
     * @param timeout Time that a pool waits for Redis before it goes on alone with its part of the quotas.
     */
    public record Shared(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("gemini-pool") String namespace,
            @DefaultValue("150ms") Duration timeout) {}

    /**
     * Settings of one model.
     *
     * @param name Name of the model.
     * @param size Number of instances. Defaults to 'gemini.pool.size'.
     * @param fallbacks Models to fall back to, in this order, when this one does not exist or no project may use it, when its daily
     *     quota is used up, or when it is overloaded.
     * @param limits Limits of each project for this model.
     */
    public record Model(
            @Nullable String name,
            @Nullable Integer size,
            @DefaultValue List<String> fallbacks,
            @DefaultValue SpecialLimits limits) {}

    /**
     * Criteria for unhealthy keys.
     *
     * @param errorRateThreshold Error rate above which a key is used only when no other key is available (greater than 0, at
     *     most 1). Counts failures caused by the key or its project.
     * @param usageShareThreshold Share of a model's calls in the last minute above which a key is passed over for others
     *     (greater than 0, at most 1). Ignored for tiers with fewer than three keys.
     * @param minimumCalls Minimum number of attempts before a key's error rate or usage share is judged.
     * @param window Time window over which the error rate is calculated.
     */
    public record Health(
            @DefaultValue("0.2") double errorRateThreshold,
            @DefaultValue("0.5") double usageShareThreshold,
            @DefaultValue("20") int minimumCalls,
            @DefaultValue("5m") Duration window) {}

    /**
     * Periodic check.
     *
     * @param checkInterval Interval between checks, and maximum interval between probes of a rejected key or project.
     */
    public record Rotation(@DefaultValue("5m") Duration checkInterval) {}

    /**
     * Retries of failed attempts.
     *
     * @param maxAttempts Maximum number of attempts, including the first. Failing over to another key does not count.
     * @param initialDelay Back-off before the first retry.
     * @param multiplier Multiplier for the back-off from one retry to the next.
     * @param maxDelay Maximum back-off.
     * @param jitter Fraction of the back-off that is randomized (0 to 1).
     * @param budget Average number of retries allowed per call (0 to 1).
     * @param onEmptyResponse Whether empty responses are retried (each is billed). Blocked responses and those cut off by
     *     the token limit never are.
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
     * @param connectTimeout Maximum time for establishing a connection, then again for a proxy's tunnel, and again for the TLS
     *     handshake. Zero means no limit.
     * @param readTimeout Maximum time without data from Gemini during a call. Zero means no limit.
     * @param callTimeout Maximum time of a call, including all attempts and the response. Zero means no limit.
     * @param pingInterval Interval between pings of a connection or Live session, which is closed if a ping is not answered before
     *     the next. Zero means no pings.
     * @param proxy HTTP proxy as 'host:port'.
     * @param proxyUsername User for the HTTP proxy.
     * @param proxyPassword Password for the HTTP proxy.
     * @param maxAnswerSize Maximum size of a response that is not streamed; never more than a quarter of the heap.
     * @param ssl TLS settings of the connection.
     */
    public record Http(
            @DefaultValue("10s") Duration connectTimeout,
            @DefaultValue("5m") Duration readTimeout,
            @DefaultValue("0s") Duration callTimeout,
            @DefaultValue("10s") Duration pingInterval,
            @Nullable String proxy,
            @Nullable String proxyUsername,
            @Nullable String proxyPassword,
            @DefaultValue("128MB") DataSize maxAnswerSize,
            @DefaultValue Ssl ssl) {

        /** Shows no password. */
        @Override
        public String toString() {
            return "Http[connectTimeout=" + connectTimeout + ", readTimeout=" + readTimeout + ", callTimeout="
                    + callTimeout + ", pingInterval=" + pingInterval + ", proxyPassword="
                    + (proxyPassword == null ? "null" : "***") + ", ssl=" + ssl + "]";
        }

        /**
         * TLS settings of the connection.
         *
         * @param bundle Name of the SSL bundle to use.
         */
        public record Ssl(@Nullable String bundle) {}
    }
}

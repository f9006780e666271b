package io.github.geminipool;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.assembly.PoolAssembly;
import io.github.geminipool.internal.assembly.PoolInputs;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.CallerResolver;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.spi.TimeSource;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;

/** Builds a {@link GeminiPool}. At least one key is required. No argument may be null. Not thread-safe. */
public final class GeminiPoolBuilder {

    final PoolInputs inputs = new PoolInputs(() -> ThreadLocalRandom.current().nextLong());

    GeminiPoolBuilder() {}

    /**
     * Adds a key without a name or a project; see {@link ApiKey#of(String)}.
     *
     * @throws io.github.geminipool.key.InvalidSecretException if the value cannot be an API key
     */
    public GeminiPoolBuilder key(String secret) {
        return key(ApiKey.of(secret));
    }

    /** Adds a key. */
    public GeminiPoolBuilder key(ApiKey key) {
        inputs.keys.add(Objects.requireNonNull(key, "key"));
        return this;
    }

    /** Adds keys. */
    public GeminiPoolBuilder keys(Collection<ApiKey> newKeys) {
        newKeys.forEach(this::key);
        return this;
    }

    /**
     * Adds the keys of a source. The pool reads it when it is built, and again on {@link GeminiPool#reset()} and
     * {@link PoolKeys#reload()}, which apply the differences. The source may block; it is called by one thread at a time.
     */
    public GeminiPoolBuilder keySource(Supplier<? extends Collection<ApiKey>> source) {
        inputs.keySource = Objects.requireNonNull(source, "source");
        return this;
    }

    /** Describes a project that keys name. The others default to {@link Project#of(String)}. */
    public GeminiPoolBuilder project(Project project) {
        inputs.projects.put(project.name(), project);
        return this;
    }

    /**
     * Limits what the calls of a caller may take, who is named by {@link GenerationRequest#caller(String)}; {@link
     * CallerLimits#OTHERS} limits each caller without limits of its own. Limits with the same name replace earlier ones.
     */
    public GeminiPoolBuilder caller(CallerLimits limits) {
        inputs.callers.put(limits.name(), limits);
        return this;
    }

    /** Sets all settings; the default is {@link GeminiPoolSettings#DEFAULTS}. */
    public GeminiPoolBuilder settings(GeminiPoolSettings newSettings) {
        inputs.settings = Objects.requireNonNull(newSettings, "settings");
        return this;
    }

    /** Returns the settings so far, to change some of them. */
    public GeminiPoolSettings settings() {
        return inputs.settings;
    }

    /** Sets the strategy for choosing keys, which replaces {@link GeminiPoolSettings#selection()}. */
    public GeminiPoolBuilder selectionStrategy(SelectionStrategy strategy) {
        inputs.selectionStrategy = Objects.requireNonNull(strategy, "strategy");
        return this;
    }

    /** Sets the runner of attempts, which replaces the pool's own retry loop. */
    public GeminiPoolBuilder attemptRunner(AttemptRunner runner) {
        inputs.attemptRunner = Objects.requireNonNull(runner, "runner");
        return this;
    }

    /** Adds a listener. Listeners are called in the order in which they were added. */
    public GeminiPoolBuilder listener(PoolListener listener) {
        inputs.listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Sets the tracer of calls. */
    public GeminiPoolBuilder callTracer(CallTracer tracer) {
        inputs.callTracer = Objects.requireNonNull(tracer, "tracer");
        return this;
    }

    /** Sets the resolver that names the caller of calls that name none themselves. */
    public GeminiPoolBuilder callerResolver(CallerResolver resolver) {
        inputs.callerResolver = Objects.requireNonNull(resolver, "resolver");
        return this;
    }

    /**
     * Sets the store through which the pool shares quotas, exclusions and owners of resources with other replicas of the application.
     * The pool does not close it.
     */
    public GeminiPoolBuilder sharedStore(SharedStore store) {
        inputs.sharedStore = Objects.requireNonNull(store, "store");
        return this;
    }

    /** Sets the clock of the pool, for tests; the default is {@link TimeSource#system()}. */
    public GeminiPoolBuilder timeSource(TimeSource newTimeSource) {
        inputs.timeSource = Objects.requireNonNull(newTimeSource, "timeSource");
        return this;
    }

    /** Sets the random number generator, for back-off jitter and for the choice among many keys. It need not be thread-safe. */
    public GeminiPoolBuilder random(RandomGenerator newRandom) {
        inputs.random = new LockedRandom(Objects.requireNonNull(newRandom, "random"));
        return this;
    }

    /**
     * Sets whether asynchronous calls run on virtual threads. The default is false: only a call with an instance has a thread, so
     * there are few of them; and when memory runs out, Java 25 may lose a virtual thread for ever together with the locks that it
     * holds, after which no call of the process ends any more. Java 21 to 23 pin virtual threads to their carriers in OkHttp's
     * monitors. Ignored before Java 21.
     */
    public GeminiPoolBuilder virtualThreads(boolean virtual) {
        inputs.virtualThreads = virtual;
        return this;
    }

    /** Sets the TLS configuration, to trust certificates that the JVM does not trust or to present a client certificate. */
    public GeminiPoolBuilder ssl(SSLSocketFactory socketFactory, X509TrustManager newTrustManager) {
        inputs.sslSocketFactory = Objects.requireNonNull(socketFactory, "socketFactory");
        inputs.trustManager = Objects.requireNonNull(newTrustManager, "trustManager");
        return this;
    }

    /**
     * Builds the pool. It opens no connection and starts no thread before the first call.
     *
     * @throws IllegalArgumentException if there is no key, or two keys have the same secret or name
     */
    public GeminiPool build() {
        return new GeminiPool(new PoolAssembly(inputs));
    }
}

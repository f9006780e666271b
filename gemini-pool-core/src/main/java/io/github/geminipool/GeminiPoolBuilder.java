package io.github.geminipool;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.TimeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Builds a {@link GeminiPool}. Only keys are required. Not thread-safe. */
public final class GeminiPoolBuilder {

    final List<ApiKey> keys = new ArrayList<>();
    final Map<String, Project> projects = new LinkedHashMap<>();
    final List<PoolListener> listeners = new ArrayList<>();
    GeminiPoolSettings settings = GeminiPoolSettings.DEFAULTS;

    @Nullable
    SelectionStrategy selectionStrategy;

    @Nullable
    AttemptRunner attemptRunner;

    @Nullable
    Supplier<? extends Collection<ApiKey>> keySource;

    @Nullable
    CallTracer callTracer;

    TimeSource timeSource = TimeSource.system();

    @Nullable
    RandomGenerator random;

    @Nullable
    Boolean virtualThreads;

    @Nullable
    SSLSocketFactory sslSocketFactory;

    @Nullable
    X509TrustManager trustManager;

    GeminiPoolBuilder() {}

    /**
     * Adds a key without a name, as a project of its own.
     *
     * @throws io.github.geminipool.key.InvalidSecretException if the value can't be a key
     */
    public GeminiPoolBuilder key(String secret) {
        return key(ApiKey.of(secret));
    }

    /** Adds a key. */
    public GeminiPoolBuilder key(ApiKey key) {
        keys.add(Objects.requireNonNull(key, "key"));
        return this;
    }

    /** Adds keys. */
    public GeminiPoolBuilder keys(Collection<ApiKey> newKeys) {
        newKeys.forEach(this::key);
        return this;
    }

    /**
     * Takes keys from here too: when the pool is built, and again with each reset, which applies what has changed. It may take
     * its time, and is asked by one thread at a time.
     */
    public GeminiPoolBuilder keySource(Supplier<? extends Collection<ApiKey>> source) {
        keySource = Objects.requireNonNull(source, "source");
        return this;
    }

    /** Says more about a project that keys name; one that is not described is {@link Project#of(String)}. */
    public GeminiPoolBuilder project(Project project) {
        projects.put(project.name(), project);
        return this;
    }

    /** Replaces the settings. */
    public GeminiPoolBuilder settings(GeminiPoolSettings newSettings) {
        settings = Objects.requireNonNull(newSettings, "settings");
        return this;
    }

    /** The settings so far: where to start from when only some of them are to change. */
    public GeminiPoolSettings settings() {
        return settings;
    }

    /** Chooses keys by this instead of what the settings name. */
    public GeminiPoolBuilder selectionStrategy(SelectionStrategy strategy) {
        selectionStrategy = Objects.requireNonNull(strategy, "strategy");
        return this;
    }

    /** Runs attempts by this instead of the pool's own loop. */
    public GeminiPoolBuilder attemptRunner(AttemptRunner runner) {
        attemptRunner = Objects.requireNonNull(runner, "runner");
        return this;
    }

    /** Adds a listener. */
    public GeminiPoolBuilder listener(PoolListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Follows single calls by this. */
    public GeminiPoolBuilder callTracer(CallTracer tracer) {
        callTracer = Objects.requireNonNull(tracer, "tracer");
        return this;
    }

    /** Takes the time from here instead of from this machine. */
    public GeminiPoolBuilder timeSource(TimeSource newTimeSource) {
        timeSource = Objects.requireNonNull(newTimeSource, "timeSource");
        return this;
    }

    /** Takes random numbers, of back-off and of the choice among many keys, from here; it need not be thread-safe. */
    public GeminiPoolBuilder random(RandomGenerator newRandom) {
        random = Objects.requireNonNull(newRandom, "random");
        return this;
    }

    /**
     * Whether asynchronous calls run on virtual threads. Unless said, they do on Java 24 and later: before that, OkHttp's
     * monitors would hold on to their carriers.
     */
    public GeminiPoolBuilder virtualThreads(boolean virtual) {
        virtualThreads = virtual;
        return this;
    }

    /** Trusts other certificates than this machine does by default, or presents one of its own. */
    public GeminiPoolBuilder ssl(SSLSocketFactory socketFactory, X509TrustManager newTrustManager) {
        sslSocketFactory = Objects.requireNonNull(socketFactory, "socketFactory");
        trustManager = Objects.requireNonNull(newTrustManager, "trustManager");
        return this;
    }

    /**
     * Builds the pool. No connection is made and no thread started until the first call.
     *
     * @throws IllegalArgumentException if there is no key, or a secret or a name occurs twice
     */
    public GeminiPool build() {
        return new GeminiPool(this);
    }
}

package io.github.geminipool.internal.assembly;

import io.github.geminipool.event.PoolListener;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What a pool is built from, as collected by its builder. */
public final class PoolInputs {

    public final List<ApiKey> keys = new ArrayList<>();
    public final Map<String, Project> projects = new LinkedHashMap<>();
    public final Map<String, CallerLimits> callers = new LinkedHashMap<>();
    public final List<PoolListener> listeners = new ArrayList<>();
    public GeminiPoolSettings settings = GeminiPoolSettings.DEFAULTS;
    public @Nullable SelectionStrategy selectionStrategy;
    public @Nullable AttemptRunner attemptRunner;
    public @Nullable Supplier<? extends Collection<ApiKey>> keySource;
    public @Nullable CallTracer callTracer;
    public @Nullable CallerResolver callerResolver;
    public @Nullable SharedStore sharedStore;
    public TimeSource timeSource = TimeSource.system();
    public boolean virtualThreads;
    public @Nullable SSLSocketFactory sslSocketFactory;
    public @Nullable X509TrustManager trustManager;

    /** Must be thread-safe. */
    public RandomGenerator random;

    /**
     * Creates the inputs of a pool without keys.
     *
     * @param random the generator unless another one is set
     */
    public PoolInputs(RandomGenerator random) {
        this.random = random;
    }
}

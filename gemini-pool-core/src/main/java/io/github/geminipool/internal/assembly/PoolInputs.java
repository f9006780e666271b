package io.github.geminipool;

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
final class PoolInputs {

    final List<ApiKey> keys = new ArrayList<>();
    final Map<String, Project> projects = new LinkedHashMap<>();
    final Map<String, CallerLimits> callers = new LinkedHashMap<>();
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

    @Nullable
    CallerResolver callerResolver;

    @Nullable
    SharedStore sharedStore;

    TimeSource timeSource = TimeSource.system();

    @Nullable
    RandomGenerator random;

    boolean virtualThreads;

    @Nullable
    SSLSocketFactory sslSocketFactory;

    @Nullable
    X509TrustManager trustManager;
}

package io.github.geminipool.wire.fallback;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool of two keys in virtual time, and a listener that records fallbacks, for the tests that extend this. */
abstract class FallbackFixture {

    static final String KEY = PoolInvariants.secretOf("one");
    static final String OTHER = PoolInvariants.secretOf("two");

    static final String CLOSED = "404-model-closed-to-new-projects.json";
    static final String NO_QUOTA = "429-limit-0.json";
    static final String DAY = "429-free-rpd-with-36s-retrydelay.json";
    static final String MINUTE = "429-free-tpm.json"; // 26 s
    static final String OVERLOAD = "503-high-demand.json";

    /** Two attempts without a back-off. */
    private static final RetrySettings TWICE = new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0, 1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    final ManualTime time = new ManualTime();
    final Recorder told = new Recorder();
    GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    static final class Recorder implements PoolListener {

        final Queue<ModelFellBack> moves = new ConcurrentLinkedQueue<>();
        final Queue<CallEnded> calls = new ConcurrentLinkedQueue<>();
        final Queue<String> order = new ConcurrentLinkedQueue<>();
        final Queue<String> threads = new ConcurrentLinkedQueue<>();

        @Override
        public void attemptStarted(AttemptStarted event) {
            order.add("to " + event.model());
            threads.add(Thread.currentThread().getName());
        }

        @Override
        public void modelFellBack(ModelFellBack event) {
            moves.add(event);
            order.add(event.model() + " -> " + event.fallback());
        }

        @Override
        public void callEnded(CallEnded event) {
            calls.add(event);
        }
    }

    static ModelSettings to(String... fallbacks) {
        return ModelSettings.DEFAULTS.withFallbacks(fallbacks);
    }

    GeminiPool pool(Map<String, ModelSettings> models, Consumer<GeminiPoolBuilder> more) {
        return invariants.pool(simulator, b -> {
            b.key(KEY)
                    .key(OTHER)
                    .timeSource(time)
                    .listener(told)
                    .settings(b.settings().withRetry(TWICE).withModels(models));
            more.accept(b);
        });
    }

    /** Builds a pool in which {@code m} has fallbacks. */
    GeminiPool pool(String... fallbacks) {
        return pool(Map.of("m", to(fallbacks)), b -> {});
    }

    void fault(String model, String wire) {
        simulator.fault(Fault.when().model(model).wire(wire));
    }

    List<String> models() {
        return simulator.requests().stream().map(RequestRecord::model).toList();
    }

    static ModelStats stats(GeminiPool pool, String model) {
        return pool.stats().model(model).orElseThrow();
    }

    static GenerationRequest request() {
        return GenerationRequest.of("Hi").model("m");
    }
}

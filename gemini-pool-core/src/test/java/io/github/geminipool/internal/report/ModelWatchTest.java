package io.github.geminipool.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.stats.ModelUse;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What it costs to notice that no key is left. */
class ModelWatchTest {

    private static final int KEYS = 2_000;
    private static final String MODEL = "m";
    private static final CallEnded FAILED =
            new CallEnded(MODEL, CallEnded.Outcome.FAILURE, 1, Duration.ZERO, Duration.ZERO);

    private final VirtualTime time = new VirtualTime();
    private final Exclusions exclusions = new Exclusions();
    private final KeyRing ring = new KeyRing(
            IntStream.range(0, KEYS)
                    .mapToObj(i -> ApiKey.of("secret-" + i).named("k" + i).inProject("p" + i))
                    .toList(),
            Map.of(),
            exclusions,
            HealthSettings.DEFAULTS);
    private final ModelUse use = new ModelUse(time.clock()::nanos);
    private final ModelPools pools = new ModelPools(
            new PoolContext(
                    new KeySelection(
                            ring,
                            exclusions,
                            SelectionStrategy.of(Selection.ROUND_ROBIN),
                            new Random(1),
                            time.clock(),
                            (project, model) -> Limits.NONE,
                            new AliasLedgers()),
                    new Health(exclusions, time.clock(), ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                    HealthSettings.DEFAULTS,
                    new PoolListener() {},
                    time.clock(),
                    time,
                    new RecentDecisions(0)),
            model -> 4,
            Duration.ofMinutes(5));
    private final KeyOutlook outlook = new KeyOutlook(pools, ring, exclusions, use, time.clock());
    private final ModelWatch watch = new ModelWatch(() -> outlook, time.clock(), time);

    private void exclude(KeyHealth key) {
        Scope scope = new Scope.Key(key.name());
        Failure failure = new Failure(FailureKind.KEY_REJECTED, scope, null, false, 400, "a test");
        exclusions.exclude(
                new Exclusion(scope, time.clock().after(Duration.ofHours(1)), "a test", failure),
                time.clock().nanos());
    }

    private void callFails() {
        use.callEnded(FAILED);
        watch.callEnded(FAILED);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private long bytesOfAFailedCall() {
        IntStream.range(0, 200).forEach(i -> callFails());
        long before = allocated();
        IntStream.range(0, 100).forEach(i -> callFails());
        return (allocated() - before) / 100;
    }

    @Test
    void aFailedCallCostsTheSameHoweverManyKeysThereAre() {
        ModelPool unused = pools.of(MODEL);
        assertThat(bytesOfAFailedCall()).as("with usable keys").isLessThan(1_000);
        ring.keys().subList(0, KEYS - 1).forEach(this::exclude);
        assertThat(bytesOfAFailedCall()).as("with one usable key").isLessThan(1_000);
        assertThat(watch.pending()).isZero();
        exclude(ring.keys().get(KEYS - 1));
        callFails();
        assertThat(watch.pending()).as("models without a key").isEqualTo(1);
        assertThat(bytesOfAFailedCall()).as("without a key").isLessThan(1_000);
    }

    @Test
    void theLastUsableKeyIsNoticedWhereverItIs() {
        ModelPool unused = pools.of(MODEL);
        callFails();
        List<KeyHealth> keys = ring.keys();
        IntStream.of(0, 1, KEYS - 1, 5).forEach(i -> {
            exclude(keys.get(i));
            callFails();
            assertThat(watch.pending()).isZero();
        });
        keys.forEach(this::exclude);
        callFails();
        assertThat(watch.pending()).isEqualTo(1);
        time.advance(Duration.ofHours(2));
        assertThat(watch.pending()).isZero();
    }
}

package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Twelve keys, eleven of which fail in eleven ways: no call fails, and no failing key is requested before its time. */
@Tag("wire")
@Timeout(120)
class TwelveKeysWireTest {

    private static final List<Form> FORMS = List.of(Form.CLIENT_SYNC, Form.CLIENT_ASYNC, Form.CLIENT_STREAM);
    private static final String GOOD = "good";
    private static final Duration STEP = Duration.ofSeconds(20);
    private static final int CALLS_OF_THE_DAY = 360;
    private static final Set<String> DEAD_FOR_GOOD = Set.of("leaked", "restricted");

    /** The response to each dead key, by its name. */
    private static final Map<String, String> DEAD = new LinkedHashMap<>();

    static {
        DEAD.put("invalid", "400-api-key-invalid.json");
        DEAD.put("expired", "400-api-key-expired.json");
        DEAD.put("unknown", "401-access-token-type-unsupported.json");
        DEAD.put("leaked", "403-key-reported-leaked.json");
        DEAD.put("restricted", "403-api-key-service-blocked.json");
        DEAD.put("suspended", "403-consumer-suspended.json");
        DEAD.put("denied", "403-project-denied.json");
        DEAD.put("depleted", "402-prepay-depleted.json");
        DEAD.put("capped", "429-monthly-spending-cap.json");
        DEAD.put("of-the-day", "429-free-rpd-with-36s-retrydelay.json");
        DEAD.put("limit-0", "429-limit-0.json");
    }

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final Map<String, String> nameBySecret = new HashMap<>();

    /** When a dead key may be used again according to the events; {@code MAX} for never. */
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    private final Map<String, Integer> asked = new HashMap<>();
    private final Map<String, Integer> probed = new HashMap<>();
    private GeminiSimulator simulator;
    private GeminiPool pool;
    private int calls;

    private final class Exclusions implements PoolListener {

        @Override
        public void scopeExcluded(ScopeExcluded event) {
            told.put(nameOf(event.scope()), event.until() == null ? Instant.MAX : event.until());
        }
    }

    private static String nameOf(Scope scope) {
        if (scope instanceof Scope.Key key) {
            return key.key();
        }
        String project = scope instanceof Scope.Project own
                ? own.project()
                : scope instanceof Scope.ProjectModel ofModel
                        ? ofModel.project()
                        : ((Scope.BillingAccount) scope).billingAccount();
        return project.substring("project of ".length());
    }

    @BeforeEach
    void start() {
        DEAD.keySet().forEach(name -> nameBySecret.put(secret(name), name));
        nameBySecret.put(secret(GOOD), GOOD);
        simulator = invariants.simulator(b -> nameBySecret.keySet().forEach(b::key));
        DEAD.forEach(
                (name, wire) -> simulator.fault(Fault.when().key(secret(name)).wire(wire)));
        pool = invariants.pool(simulator, b -> {
            b.timeSource(time)
                    .settings(b.settings().withSelection(Selection.ROUND_ROBIN))
                    .listener(new Exclusions());
            DEAD.keySet().forEach(name -> b.key(key(name)));
            b.key(key(GOOD));
        });
    }

    private static String secret(String name) {
        return PoolInvariants.secretOf(name);
    }

    private static ApiKey key(String name) {
        return ApiKey.of(secret(name)).named(name).inProject("project of " + name);
    }

    @Test
    void everyCallSucceedsAndDeadKeysAreLeftAlone() {
        assertThat(call()).containsExactlyElementsOf(namesInOrder());
        IntStream.range(1, CALLS_OF_THE_DAY).forEach(i -> later(STEP));

        assertThat(asked).as("requests").containsEntry(GOOD, CALLS_OF_THE_DAY);
        assertThat(asked).as("requests").containsEntry("of-the-day", 1).containsEntry("limit-0", 1);
        // Keys that may recover are tried again after their cool-down.
        Set.of("depleted", "capped")
                .forEach(name -> assertThat(asked.get(name)).as(name).isBetween(2, 12));
        // Keys that a free probe can check are checked without calls.
        for (String name : List.of("invalid", "expired", "unknown", "suspended", "denied")) {
            assertThat(asked).as("calls").containsEntry(name, 1);
            assertThat(probed.get(name)).as("probes of %s", name).isBetween(20, 30);
        }
        assertThat(probed).hasSize(5);

        later(Duration.ofHours(12));
        assertThat(asked).as("requests").containsEntry("of-the-day", 2).containsEntry("limit-0", 1);
        later(Duration.ofHours(24));
        assertThat(asked).as("requests").containsEntry("of-the-day", 3).containsEntry("limit-0", 2);
        DEAD_FOR_GOOD.forEach(name -> assertThat(asked).as("requests").containsEntry(name, 1));
        assertThat(pool.stats().failedCalls()).isZero();
    }

    private static List<String> namesInOrder() {
        List<String> names = new ArrayList<>(DEAD.keySet());
        names.add(GOOD);
        return names;
    }

    private void later(Duration pause) {
        long before = simulator.requestCount();
        time.advance(pause);
        Eventually.await("probes", () -> PoolProbe.isUpToDate(pool));
        askedFrom(before).forEach(name -> probed.merge(name, 1, Integer::sum));
        call();
    }

    /** Makes a call and returns the names of the keys that it used; fails if one was used before its time. */
    private List<String> call() {
        Set<String> left = leftAlone();
        Map<String, Instant> toldBefore = Map.copyOf(told);
        long before = simulator.requestCount();
        Form form = FORMS.get(calls++ % FORMS.size());
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        List<String> names = askedFrom(before);
        for (String name : names) {
            asked.merge(name, 1, Integer::sum);
            assertThat(toldBefore.getOrDefault(name, Instant.MIN))
                    .as("when %s may be asked again, as listeners were told", name)
                    .isBeforeOrEqualTo(time.now());
        }
        assertThat(names).as("keys that were asked").doesNotHaveDuplicates().noneMatch(left::contains);
        return names;
    }

    private List<String> askedFrom(long before) {
        return simulator.requests().stream()
                .skip(before)
                .map(RequestRecord::key)
                .map(nameBySecret::get)
                .toList();
    }

    /** Returns the keys that the statistics show as excluded, which must agree with the events. */
    private Set<String> leftAlone() {
        Set<String> left = new HashSet<>();
        for (KeyUsage key : pool.keyStats().keys()) {
            Instant stated = until(key);
            Instant until = told.getOrDefault(key.key(), Instant.MIN);
            assertThat(stated)
                    .as("until of %s in the statistics", key.key())
                    .isEqualTo(until.isAfter(time.now()) ? until : null);
            if (stated != null) {
                left.add(key.key());
            }
        }
        return left;
    }

    private static @Nullable Instant until(KeyUsage key) {
        if (key.state() == KeyUsage.State.HALF_OPEN) {
            return null;
        }
        if (!key.usable()) {
            return key.excludedUntil() == null ? Instant.MAX : key.excludedUntil();
        }
        return key.modelExclusions().stream()
                .map(exclusion -> exclusion.until() == null ? Instant.MAX : exclusion.until())
                .findFirst()
                .orElse(null);
    }
}

package io.github.geminipool.wire.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultCondition;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that fail every request, next to keys that work, through the SDK and HTTP. The property {@code evidence.seconds} is the
 * time of each row (thirty in the profile {@code soak}); above one there are more rows.
 */
@Tag("alone")
@Tag("volume")
@Tag("wire")
@Timeout(120)
class EvidenceWireTest {

    private static final Logger log = LoggerFactory.getLogger(EvidenceWireTest.class);

    private static final int SECONDS = Integer.getInteger("evidence.seconds", 1);
    private static final int CALLERS = 8;
    private static final Duration READ_TIMEOUT = Duration.ofMillis(500);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private enum Badness {
        INTERNAL(when -> when.respond(500)),
        BAD_GATEWAY(when -> when.respond(502)),
        OVERLOADED(when -> when.wire("503-high-demand.json")),
        EXHAUSTED(when -> when.wire("429-no-details.json")),
        RESET(FaultCondition::reset),
        HANGS(FaultCondition::hang),
        DENIED(when -> when.body(403, """
            {"error": {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}}
            """));

        @SuppressWarnings("ImmutableEnumChecker") // Makes a fault, and keeps nothing.
        private final Function<FaultCondition, Fault> fault;

        Badness(Function<FaultCondition, Fault> fault) {
            this.fault = fault;
        }
    }

    /** Returns how many keys there are, how many are bad, and how; by default one row of each kind of failure, and most keys bad. */
    static Stream<Arguments> rows() {
        Stream<Arguments> always = Stream.of(
                Arguments.of(2, 1, Badness.INTERNAL),
                Arguments.of(2, 1, Badness.EXHAUSTED),
                Arguments.of(2, 1, Badness.RESET),
                Arguments.of(2, 1, Badness.HANGS),
                Arguments.of(2, 1, Badness.DENIED),
                Arguments.of(5, 4, Badness.OVERLOADED),
                Arguments.of(5, 4, Badness.DENIED),
                Arguments.of(10, 9, Badness.OVERLOADED));
        return SECONDS == 1
                ? always
                : Stream.concat(
                        always,
                        Stream.of(
                                Arguments.of(2, 1, Badness.BAD_GATEWAY),
                                Arguments.of(2, 1, Badness.OVERLOADED),
                                Arguments.of(5, 1, Badness.OVERLOADED),
                                Arguments.of(5, 4, Badness.RESET),
                                Arguments.of(5, 4, Badness.HANGS),
                                Arguments.of(10, 5, Badness.INTERNAL)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void noCallFailsWhileOneKeyWorks(int all, int bad, Badness badness) throws InterruptedException {
        List<String> secrets = IntStream.range(0, all)
                .mapToObj(i -> PoolInvariants.secretOf("key" + i))
                .toList();
        GeminiSimulator simulator = invariants.simulator(b -> secrets.forEach(b::key));
        secrets.subList(0, bad)
                .forEach(secret ->
                        simulator.fault(badness.fault.apply(Fault.when().key(secret))));
        GeminiPool pool = invariants.pool(simulator, b -> {
            secrets.forEach(b::key);
            b.settings(b.settings()
                    .withSize(2 * CALLERS)
                    .withHttp(b.settings().http().withTimeouts(Duration.ofSeconds(5), READ_TIMEOUT, Duration.ZERO)));
        });
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicLong lastFailed = new AtomicLong();
        long begin = System.nanoTime();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            callers.execute(() -> {
                while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS)) {
                    long since = System.nanoTime() - begin;
                    calls.incrementAndGet();
                    try {
                        pool.generateContent("Hi");
                    } catch (RuntimeException e) {
                        failed.incrementAndGet();
                        lastFailed.accumulateAndGet(since, Math::max);
                    }
                }
            });
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        log.info(String.format(
                Locale.ROOT,
                "%2d keys, %d %-12s %6d calls, failed %d (%.2f %%), the last after %.2f s, %.3f attempts",
                all,
                bad,
                badness,
                calls.get(),
                failed.get(),
                100.0 * failed.get() / calls.get(),
                lastFailed.get() / 1e9,
                (double) simulator.requestCount() / calls.get()));
        assertThat(failed.get()).isLessThanOrEqualTo(3 * bad + CALLERS);
        assertThat(lastFailed.get())
                .as("beginning of the last call that failed, in ns")
                .isLessThan(TimeUnit.MILLISECONDS.toNanos(1_000)
                        + (badness == Badness.HANGS ? 2 : 0) * READ_TIMEOUT.toNanos());
    }
}

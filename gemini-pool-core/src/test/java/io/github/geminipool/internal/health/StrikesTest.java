package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a scope is left alone that fails again and again. */
class StrikesTest extends HealthFixture {

    @ParameterizedTest
    @CsvSource({
        "KEY_REJECTED,     10 60 300 300",
        "PROJECT_REJECTED, 60 240 300 300",
        "BILLING,          60 120 240 480 960 1920 3600 3600",
    })
    void pausesGrowWithEachStrikeUpToTheCheckIntervalOrAnHour(FailureKind kind, String seconds) {
        List<Long> pauses = new ArrayList<>();
        List<Long> expected = LongStream.of(Arrays.stream(seconds.split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray())
                .boxed()
                .toList();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(fails(kind, KEY)).isNotNull();
            pauses.add(pauseOfKey().toSeconds());
            time.advance(pauseOfKey());
        }

        assertThat(pauses).isEqualTo(expected);
    }

    @Test
    void aHundredStrikesStillPauseForTheCheckInterval() {
        for (int i = 0; i < 100; i++) {
            fails(FailureKind.KEY_REJECTED, KEY);
            time.advance(Duration.ofHours(2));
        }
        fails(FailureKind.KEY_REJECTED, KEY);

        assertThat(pauseOfKey()).hasMinutes(5);
    }

    @Test
    void attemptsThatFailTogetherAreOneStrike() {
        assertThat(fails(FailureKind.KEY_REJECTED, KEY)).isNotNull();
        for (int i = 0; i < 9; i++) {
            time.advance(Duration.ofMillis(1));
            assertThat(fails(FailureKind.KEY_REJECTED, KEY))
                    .as("a new exclusion")
                    .isNull();
        }
        assertThat(pauseOfKey()).as("the first strike's").isEqualTo(Duration.ofMillis(10_000 - 9));
        time.advance(pauseOfKey());

        fails(FailureKind.KEY_REJECTED, KEY);
        assertThat(pauseOfKey()).as("the second strike's").hasSeconds(60);
    }

    /** Guards against deciding and counting in two steps, where each thread made a strike. */
    @Test
    void attemptsThatFailAtTheSameInstantAreOneStrike() throws Exception {
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 300; round++) {
                CyclicBarrier together = new CyclicBarrier(threads);
                List<Callable<@Nullable Exclusion>> failing = Collections.nCopies(threads, () -> {
                    together.await(10, TimeUnit.SECONDS);
                    return fails(FailureKind.KEY_REJECTED, KEY);
                });
                int verdicts = 0;
                for (Future<@Nullable Exclusion> verdict : executor.invokeAll(failing)) {
                    verdicts += verdict.get() == null ? 0 : 1;
                }
                assertThat(verdicts).as("round %s", round).isOne();
                assertThat(pauseOfKey()).as("round %s", round).hasSeconds(10);
                exclusions.lift(KEY);
            }
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void aFailureOfAnotherKindMayLengthenAPause() {
        fails(FailureKind.PROJECT_REJECTED, PROJECT);
        time.advance(Duration.ofSeconds(30));
        fails(FailureKind.BILLING, PROJECT);

        Exclusion exclusion = present(key.projectCell().at(now()));
        assertThat(exclusion.untilNanos() - now())
                .isEqualTo(Duration.ofSeconds(60).toNanos());
    }

    @Test
    void aSuccessForgivesStrikes() {
        fails(FailureKind.KEY_REJECTED, KEY);
        time.advance(Duration.ofSeconds(10));
        health.succeeded(key, now());

        fails(FailureKind.KEY_REJECTED, KEY);

        assertThat(pauseOfKey()).hasSeconds(10);
    }

    @Test
    void aSuccessForgivesProjectAndAccountToo() {
        for (Scope scope : List.of(PROJECT, new Scope.BillingAccount("b"))) {
            fails(FailureKind.BILLING, scope);
            time.advance(Duration.ofMinutes(1));
            health.succeeded(key, now());
            Exclusion again = present(fails(FailureKind.BILLING, scope));
            assertThat(again.untilNanos() - now())
                    .isEqualTo(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void liftingForgivesStrikesToo() {
        fails(FailureKind.KEY_REJECTED, KEY);
        long lifts = exclusions.releaseVersion().current();
        exclusions.lift(KEY);

        assertThat(key.ownCell().at(now())).isNull();
        assertThat(exclusions.releaseVersion().current()).isGreaterThan(lifts);
        fails(FailureKind.KEY_REJECTED, KEY);
        assertThat(pauseOfKey()).hasSeconds(10);
    }
}

package io.github.geminipool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.stats.PoolHistory;
import io.github.geminipool.stats.PoolHistory.Step;
import io.github.geminipool.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last hour in steps of 15 seconds, in virtual time. */
class LastHourTest {

    private static final Step NOTHING = new Step(0, 0, 0, Duration.ZERO);

    private final Instant start = Instant.parse("2026-11-10T20:00:00Z");
    private final ManualTime time = new ManualTime(start);
    private final LastHour history = new LastHour(new PoolClock(time));

    private void call(CallEnded.Outcome outcome) {
        history.callEnded(new CallEnded("m", outcome, 1, Duration.ZERO, Duration.ofMillis(40)));
        history.attemptEnded(new AttemptEnded("m", "k", "p", 0, null, null, null, true, Duration.ofMillis(40)));
    }

    @Test
    void aStepIsShownWhenItHasEnded() {
        call(CallEnded.Outcome.SUCCESS);
        assertThat(history.read()).isEqualTo(new PoolHistory(start, start, LastHour.STEP, List.of()));

        time.advance(Duration.ofSeconds(15));
        call(CallEnded.Outcome.SUCCESS);
        call(CallEnded.Outcome.EXHAUSTED);
        time.advance(Duration.ofSeconds(30));

        assertThat(history.read().steps())
                .containsExactly(
                        new Step(1, 0, 1, Duration.ofMillis(40)), new Step(2, 1, 2, Duration.ofMillis(80)), NOTHING);
        assertThat(history.read().begin()).isEqualTo(start);
    }

    @Test
    void whatIsOlderThanAnHourIsForgotten() {
        call(CallEnded.Outcome.SUCCESS);
        time.advance(Duration.ofSeconds(15));
        call(CallEnded.Outcome.FAILURE);
        time.advance(Duration.ofHours(1));

        PoolHistory last = history.read();
        assertThat(last.steps()).hasSize(240).startsWith(new Step(1, 1, 1, Duration.ofMillis(40)));
        assertThat(last.steps().stream().mapToLong(Step::calls).sum()).isOne();
        assertThat(last.begin()).isEqualTo(start.plusSeconds(15));

        time.advance(Duration.ofDays(3).plusSeconds(15));
        assertThat(history.read().steps()).hasSize(240).containsOnly(NOTHING);
    }

    @Test
    void eachOfManyStepsHasItsOwn() {
        for (int i = 0; i < 1_000; i++) {
            for (int call = 0; call < i % 7; call++) {
                call(CallEnded.Outcome.SUCCESS);
            }
            time.advance(LastHour.STEP);
        }
        assertThat(history.read().steps()).hasSize(240);
        for (int i = 0; i < 240; i++) {
            assertThat(history.read().steps().get(i).calls()).isEqualTo((760 + i) % 7);
        }
    }

    @Test
    void aResetForgetsEverything() {
        call(CallEnded.Outcome.SUCCESS);
        time.advance(Duration.ofMinutes(5));
        call(CallEnded.Outcome.SUCCESS);
        history.reset();
        time.advance(LastHour.STEP);

        assertThat(history.read())
                .isEqualTo(new PoolHistory(
                        start.plusSeconds(315), start.plusSeconds(300), LastHour.STEP, List.of(NOTHING)));
    }

    @Test
    @Timeout(30)
    void manyThreadsLoseNoCall() {
        IntStream.range(0, 4).parallel().forEach(thread -> {
            for (int i = 0; i < 20_000; i++) {
                call(CallEnded.Outcome.SUCCESS);
                if (i % 1_000 == 0) {
                    time.advance(LastHour.STEP);
                }
            }
        });
        time.advance(LastHour.STEP);

        assertThat(history.read().steps().stream().mapToLong(Step::calls).sum()).isEqualTo(80_000);
        assertThat(history.read().steps().stream().mapToLong(Step::attempts).sum())
                .isEqualTo(80_000);
    }
}

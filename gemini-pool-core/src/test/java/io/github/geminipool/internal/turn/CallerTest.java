package io.github.geminipool.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerTest {

    private static final CallerLimits ONE_AT_A_TIME =
            CallerLimits.of("one").withConcurrency(1).withTokensPerMinute(1_000);

    private final VirtualTime time = new VirtualTime();
    private final Caller caller = new Caller(
            "one",
            true,
            ONE_AT_A_TIME,
            (lock, told) -> new Exhausted(new OwnCounts(ONE_AT_A_TIME, time.clock()::instantAt)));

    /** There is no memory left to give back. */
    private record Exhausted(OwnCounts counts) implements CallerCounts {

        @Override
        public long nextAt(Object request, int count, long size, long deadlineNanos, long now) {
            return counts.nextAt(request, count, size, deadlineNanos, now);
        }

        @Override
        public boolean admits(int calls, int count, long size, long now) {
            return counts.admits(calls, count, size, now);
        }

        @Override
        public void take(long now, int count, long size) {
            counts.take(now, count, size);
        }

        @Override
        public void refund(long at, int count, long size) {
            throw new OutOfMemoryError("a test");
        }

        @Override
        public void settle(long at, int count, long size, long counted) {
            throw new OutOfMemoryError("a test");
        }

        @Override
        public void left(Object request) {
            counts.left(request);
        }

        @Override
        public Limits inForce() {
            return counts.inForce();
        }

        @Override
        public Duration shortestWait() {
            return counts.shortestWait();
        }

        @Override
        public boolean isFresh(long now) {
            return counts.isFresh(now);
        }

        @Override
        public List<CallerStats.Usage> usage(long now) {
            return counts.usage(now);
        }
    }

    private long take() {
        return caller.take(
                (any, background) -> {}, false, 1, 10, true, time.clock().nanos());
    }

    @Test
    void aCallThatEndedRunsNoMoreWhateverGoesWrong() {
        long first = take();
        assertThat(take()).isEqualTo(Caller.NOT_NOW);
        assertThatThrownBy(() -> caller.ended(first, 1, 10, 20)).isInstanceOf(OutOfMemoryError.class);

        long second = take();
        assertThat(second).isNotEqualTo(Caller.NOT_NOW);
        assertThatThrownBy(() -> caller.notSent(second, 1, 10)).isInstanceOf(OutOfMemoryError.class);
        assertThat(take()).isNotEqualTo(Caller.NOT_NOW);
    }
}

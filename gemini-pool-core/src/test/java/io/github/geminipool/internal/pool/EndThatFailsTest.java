package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.books.LimitSharing;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** An error while a call gives back to its caller keeps no other call waiting. */
class EndThatFailsTest {

    private final PoolFixture fixture = PoolFixture.of(1, 1);
    private final VirtualTime time = fixture.time;
    private boolean fails;
    private final Callers callers = new Callers(
            List.of(CallerLimits.of("one").withRequestsPerMinute(60)),
            time.clock(),
            new LimitSharing(
                    new MemoryStore(time, Runnable::run).withBooks().connect("r"),
                    new PoolClock(new FailingTime()),
                    time));

    private final class FailingTime implements TimeSource {

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long nanoTime() {
            if (fails) {
                throw new StackOverflowError("a test");
            }
            return time.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long untilNanos) {
            time.await(lock, condition, untilNanos);
        }
    }

    private LeaseRequest ofCaller() {
        LeaseRequest made = new CallerLeaseRequest(
                callers.of("one"),
                false,
                true,
                true,
                KeyFilter.ANY,
                Demand.REQUEST,
                Use.PLAIN,
                time.clock().after(PoolFixture.TIMEOUT),
                false,
                false,
                false,
                null,
                null);
        fixture.pool.request(made);
        time.advance(Duration.ofMillis(1));
        return made;
    }

    @Test
    void whoWaitsForTheInstanceGetsIt() {
        Lease lease = PoolFixture.leaseOf(ofCaller());
        LeaseRequest next = fixture.request();
        assertThat(next.lease()).isNull();

        fails = true;
        assertThatThrownBy(lease::unused).isInstanceOf(StackOverflowError.class);
        assertThat(next.lease()).isNotNull();
    }
}

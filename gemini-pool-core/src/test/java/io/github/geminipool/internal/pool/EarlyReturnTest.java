package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An instance that one thread gives back early while another one ends the attempt. */
@Timeout(60)
class EarlyReturnTest {

    private final PoolFixture fixture = PoolFixture.of(2, 1);
    private final CountDownLatch closing = new CountDownLatch(1);

    private final class RealWaits implements TimeSource {

        @Override
        public Instant now() {
            return fixture.time.now();
        }

        @Override
        public long nanoTime() {
            return fixture.time.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // Whoever waits calls it in one.
        public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
            closing.countDown();
            assertThat(condition.await(20, TimeUnit.SECONDS)).as("woken").isTrue();
        }
    }

    @Test
    void closingIsWokenEvenIfTheAttemptEndsBeforeItsInstanceIsBack() throws Exception {
        PoolContext of = fixture.context;
        PoolContext context = new PoolContext(
                of.selection(),
                of.health(),
                of.healthSettings(),
                of.listeners(),
                new PoolClock(new RealWaits()),
                of.scheduler(),
                of.decisions());
        ModelPool pool = new ModelPool("m", 0, 2, 0, true, context, () -> {});
        LeaseRequest request =
                fixture.newRequest(io.github.geminipool.internal.choice.KeyFilter.ANY, PoolFixture.TIMEOUT, false);
        pool.request(request);
        Lease lease = PoolFixture.leaseOf(request);
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return pool.awaitIdle(PoolClock.NEVER);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                EarlyReturnTest::onAThread);
        closing.await();

        CompletableFuture<Void> givesBack;
        pool.lock.lock();
        try {
            givesBack = CompletableFuture.runAsync(lease::giveInstanceBack, EarlyReturnTest::onAThread);
            while (!pool.lock.hasQueuedThreads()) {
                Thread.onSpinWait();
            }
            lease.complete(Outcome.SUCCESS);
        } finally {
            pool.lock.unlock();
        }
        givesBack.get(30, TimeUnit.SECONDS);
        assertThat(idle.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.state().active()).isZero();
    }

    /** The common pool may have a single thread. */
    private static void onAThread(Runnable task) {
        new Thread(task).start();
    }
}

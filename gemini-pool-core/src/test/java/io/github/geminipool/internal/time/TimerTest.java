package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.InvariantsBase;
import io.github.geminipool.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TimerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final InvariantsBase invariants = new InvariantsBase() {
        @Override
        protected void checkAll() {}
    };

    private final ManualTime time = new ManualTime();
    private final PoolClock clock = new PoolClock(time);
    private final Threads threads = new Threads();

    /** What runs in a while, if the test runs it. */
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

    /** What looks in a while whether the thread is late, if the test runs it. */
    private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();

    private final Timer timer = new Timer(clock, threads, later::add, looks::add);
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        timer.close();
    }

    /** Makes threads of which the first few fail to start, as in a process that may not have more threads. */
    private static final class Threads implements ThreadFactory {

        private final AtomicInteger failures = new AtomicInteger();
        private final Queue<Thread> started = new ConcurrentLinkedQueue<>();

        @Override
        public Thread newThread(Runnable run) {
            Thread thread = new Thread(run, "gemini-pool-timer") {
                @Override
                @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It is started once.
                public void start() {
                    if (failures.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    started.add(this);
                    super.start();
                }
            };
            thread.setDaemon(true);
            return thread;
        }
    }

    private Scheduler.Alarm schedule(int seconds, String name) {
        return schedule(seconds, () -> ran.add(name));
    }

    private Scheduler.Alarm schedule(int seconds, Runnable task) {
        return timer.schedule(clock.after(Duration.ofSeconds(seconds)), task);
    }

    private void awaitRun(String... names) {
        Eventually.await(List.of(names) + " ran", () -> List.copyOf(ran).equals(List.of(names)));
    }

    private long logged(String text) {
        return invariants.logged().stream()
                .filter(line -> line.startsWith("ERROR") && line.contains(text))
                .count();
    }

    @Test
    void tasksRunInTheOrderOfTheirTimesAndNoSooner() {
        schedule(3, "third");
        schedule(1, "first");
        schedule(2, "second");
        schedule(2, "also second");
        time.awaitWaiterFor(SECOND);
        assertThat(ran).isEmpty();
        assertThat(timer.pending()).isEqualTo(4);

        time.advance(Duration.ofSeconds(2));

        awaitRun("first", "second", "also second");
        Eventually.await("up to date", timer::isUpToDate);
        assertThat(timer.pending()).isEqualTo(1);
        assertThat(threads.started).hasSize(1);
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        schedule(1, "cancelled").cancel();
        schedule(1, "kept");
        time.awaitWaiterFor(SECOND);

        time.advance(SECOND);

        awaitRun("kept");
    }

    @Test
    void aTaskForNeverIsNotKept() {
        timer.schedule(PoolClock.NEVER, () -> ran.add("never"));

        assertThat(timer.pending()).isZero();
        assertThat(threads.started).isEmpty();
    }

    @Test
    void aClosedTimerRunsNothing() {
        schedule(1, "dropped");
        timer.close();
        schedule(1, "refused");

        assertThat(timer.pending()).isZero();
        Eventually.await("the thread ends", () -> !threads.started.element().isAlive());
        time.advance(SECOND);
        assertThat(ran).isEmpty();
    }

    @Test
    void aTaskSurvivesAThreadThatDoesNotStart() {
        threads.failures.set(2);
        ReentrantLock callersLock = new ReentrantLock();
        callersLock.lock();
        try {
            Scheduler.Alarm alarm = schedule(1, "first");
            schedule(1, "cancelled").cancel();
            assertThat(alarm).isNotNull();
        } finally {
            callersLock.unlock();
        }
        assertThat(timer.pending()).isEqualTo(1);
        assertThat(threads.started).isEmpty();
        assertThat(logged("Could not start the pool's timer thread")).as("once").isEqualTo(1);
        time.advance(SECOND);
        assertThat(timer.isUpToDate()).isFalse();

        schedule(5, "second");

        awaitRun("first");
        time.awaitWaiterFor(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(5));
        awaitRun("first", "second");
        assertThat(threads.started).hasSize(1);
    }

    @Test
    void aTaskThatThrowsDoesNotEndTheTimer() {
        schedule(1, () -> {
            throw new LinkageError("a listener's");
        });
        schedule(1, "next");
        time.awaitWaiterFor(SECOND);

        time.advance(SECOND);

        awaitRun("next");
        assertThat(logged("A timed task of the pool failed")).isEqualTo(1);
        assertThat(threads.started).hasSize(1);
    }

    @Test
    void aTaskThatLeavesItsThreadInterruptedDoesNotEndTheTimer() {
        schedule(1, () -> Thread.currentThread().interrupt());
        schedule(1, () -> ran.add("interrupted: " + Thread.currentThread().isInterrupted()));
        schedule(2, "later");
        time.awaitWaiterFor(SECOND);

        time.advance(SECOND);
        awaitRun("interrupted: false");
        time.awaitWaiterFor(SECOND);
        time.advance(SECOND);

        awaitRun("interrupted: false", "later");
        assertThat(threads.started).hasSize(1);
    }

    @Test
    void anInterruptDoesNotEndTheTimer() {
        schedule(1, "first");
        time.awaitWaiterFor(SECOND);
        threads.started.element().interrupt();
        Eventually.await(
                "the interrupt", () -> invariants.logged().stream().anyMatch(line -> line.contains("was interrupted")));
        time.awaitWaiterFor(SECOND);

        time.advance(SECOND);

        awaitRun("first");
    }

    @Test
    void aTimeSourceThatThrowsDoesNotEndTheTimer() {
        try (Timer ofFailing = new Timer(new PoolClock(new FailingTime(2)), threads, later::add, looks::add)) {
            ofFailing.schedule(1, () -> ran.add("first"));

            awaitRun("first");
            assertThat(logged("timer thread failed"))
                    .as("once for failures in a row")
                    .isEqualTo(1);
            assertThat(threads.started).hasSize(1);
        }
    }

    @Test
    void aThreadThatDoesNotStartIsTriedAgainWithoutAnotherTask() {
        threads.failures.set(2);
        schedule(0, "only");
        assertThat(threads.started).isEmpty();

        later.remove().run();
        assertThat(threads.started).as("the second start fails too").isEmpty();
        later.remove().run();

        awaitRun("only");
        assertThat(later).isEmpty();
        assertThat(threads.started).hasSize(1);
    }

    /** Has the net look once. */
    private void look() {
        looks.remove().run();
    }

    @Test
    void anotherThreadStandsInForOneThatIsLate() {
        CountDownLatch free = new CountDownLatch(1);
        schedule(0, () -> awaitLatch(free));
        schedule(0, "first");
        schedule(1, "second");
        Eventually.await("the thread is stuck", () -> timer.pending() == 2);

        look();
        assertThat(threads.started).as("it may be about to come").hasSize(1);
        look();
        awaitRun("first");
        Eventually.await("it has ended", () -> !threads.started.peek().equals(last()) && !last().isAlive());
        time.advance(SECOND);
        look();
        look();

        awaitRun("first", "second");
        assertThat(threads.started).hasSize(3);
        free.countDown();
        Eventually.await("up to date", timer::isUpToDate);
    }

    private Thread last() {
        return List.copyOf(threads.started).get(threads.started.size() - 1);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void withoutAnyThreadTheOneThatLooksDoesTheWork() {
        threads.failures.set(Integer.MAX_VALUE);
        schedule(0, "only");

        look();
        look();

        assertThat(ran).containsExactly("only");
        threads.failures.set(0);
    }

    @Test
    void nothingIsLookedForWhileThereIsNothing() {
        schedule(0, "first");
        awaitRun("first");
        look();
        assertThat(looks).isEmpty();

        schedule(60, "second");
        schedule(60, "third");
        assertThat(looks).hasSize(1);
        look();
        look();
        assertThat(threads.started).hasSize(1);
    }

    @Test
    void aTaskThatRunsOutOfMemoryRunsAgain() {
        AtomicInteger failures = new AtomicInteger(3);
        schedule(0, () -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread: a test");
            }
            ran.add("done");
        });

        awaitRun("done");
        assertThat(threads.started).hasSize(1);
        Eventually.await("up to date", timer::isUpToDate);
    }

    @Test
    void aCancelledTaskDoesNotRunAgain() {
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Scheduler.Alarm> own = new AtomicReference<>();
        own.set(schedule(1, () -> {
            runs.incrementAndGet();
            Objects.requireNonNull(own.get()).cancel();
            throw new OutOfMemoryError("a test");
        }));
        schedule(2, "next");
        time.awaitWaiterFor(SECOND);
        time.advance(Duration.ofSeconds(2));

        awaitRun("next");
        assertThat(runs).hasValue(1);
    }

    /** A time source that throws a few times where it should wait; at the next wait two nanoseconds have passed. */
    private static final class FailingTime implements TimeSource {

        private final AtomicInteger failures;
        private volatile long nanos;

        FailingTime(int failures) {
            this.failures = new AtomicInteger(failures);
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // The contract allows to return early; callers loop.
        public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("a faulty time source");
            }
            if (nanos == 0) {
                nanos = 2;
            } else {
                condition.await();
            }
        }
    }
}

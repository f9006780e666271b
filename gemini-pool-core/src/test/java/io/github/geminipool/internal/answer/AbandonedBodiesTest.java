package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Enqueues watches as the garbage collector would. */
class AbandonedBodiesTest {

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private int failingStarts;
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    private final AbandonedBodies bodies = new AbandonedBodies(this::thread, later::add);

    private Thread thread(Runnable task) {
        boolean fails = failingStarts-- > 0;
        Thread thread = new Thread(task, "abandoned") {
            @Override
            public synchronized void start() {
                if (fails) {
                    throw new OutOfMemoryError("unable to create native thread: a test");
                }
                super.start();
            }
        };
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    @AfterEach
    void close() throws InterruptedException {
        bodies.close();
        for (Thread thread : threads) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** Returns whether an abandoned body is found. */
    private boolean findsAbandonedBody() throws InterruptedException {
        CountDownLatch found = new CountDownLatch(1);
        bodies.watch(new Object(), found::countDown).enqueue();
        return found.await(10, TimeUnit.SECONDS);
    }

    private static void throwUnchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    static List<Throwable> failures() {
        return List.of(
                new IllegalStateException("a test"), new AssertionError("a test"), new StackOverflowError("a test"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anyFailureOfAnActionIsSurvived(Throwable failure) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        bodies.watch(new Object(), () -> {
                    ran.countDown();
                    throwUnchecked(failure);
                })
                .enqueue();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(findsAbandonedBody()).isTrue();
        assertThat(threads).hasSize(1);
        assertThat(bodies.size()).isZero();
    }

    @Test
    void anInterruptByAnActionIsSurvived() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        bodies.watch(new Object(), () -> {
                    Thread.currentThread().interrupt();
                    ran.countDown();
                })
                .enqueue();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(findsAbandonedBody()).isTrue();
    }

    @Test
    void aThreadThatCannotStartIsTriedAgainWithTheNextBody() throws InterruptedException {
        failingStarts = 2;
        CountDownLatch found = new CountDownLatch(1);
        AbandonedBodies.Watch lost = bodies.watch(new Object(), found::countDown);
        AbandonedBodies.Watch read = bodies.watch(new Object(), () -> {});
        assertThat(threads).hasSize(2);
        assertThat(bodies.size()).isEqualTo(2);
        assertThat(read.end()).isTrue();
        lost.enqueue();

        assertThat(findsAbandonedBody()).isTrue();
        assertThat(found.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(threads).hasSize(3);
        assertThat(bodies.size()).isZero();
    }

    @Test
    void aWatchEndsOnce() throws InterruptedException {
        failingStarts = 3;
        AtomicInteger abandoned = new AtomicInteger();
        CountDownLatch others = new CountDownLatch(2);
        AbandonedBodies.Watch before = bodies.watch(new Object(), others::countDown);
        AbandonedBodies.Watch ended = bodies.watch(new Object(), abandoned::incrementAndGet);
        AbandonedBodies.Watch after = bodies.watch(new Object(), others::countDown);
        assertThat(ended.end()).isTrue();
        assertThat(ended.end()).isFalse();
        assertThat(bodies.size()).isEqualTo(2);
        before.enqueue();
        ended.enqueue();
        after.enqueue();

        assertThat(findsAbandonedBody()).isTrue();
        assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(abandoned).as("ended between the two others").hasValue(0);
    }

    @Test
    void anAbandonedBodyDoesNotEndAgain() throws InterruptedException {
        CountDownLatch found = new CountDownLatch(1);
        AbandonedBodies.Watch watch = bodies.watch(new Object(), found::countDown);
        watch.enqueue();
        assertThat(found.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(watch.end()).isFalse();
    }

    @Test
    void severalBodiesEndInAnyOrder() {
        List<AbandonedBodies.Watch> watches = List.of(
                bodies.watch(new Object(), () -> {}),
                bodies.watch(new Object(), () -> {}),
                bodies.watch(new Object(), () -> {}));
        assertThat(watches.get(1).end()).isTrue();
        assertThat(bodies.size()).isEqualTo(2);
        assertThat(watches.get(2).end()).isTrue();
        assertThat(watches.get(0).end()).isTrue();
        assertThat(bodies.size()).isZero();
    }
}

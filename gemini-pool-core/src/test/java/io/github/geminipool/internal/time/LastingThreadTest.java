package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.testing.Eventually;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastingThreadTest {

    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Queue<Thread> started = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failingStarts = new AtomicInteger();
    private final LastingThread thread = new LastingThread("test", factory(), this::next, later::add);

    private ThreadFactory factory() {
        return task -> new Thread(task, "lasting") {
            @Override
            @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It is started once.
            public void start() {
                if (failingStarts.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("unable to create native thread: a test");
                }
                started.add(this);
                super.start();
            }
        };
    }

    private boolean next() throws InterruptedException {
        work.take().run();
        return true;
    }

    @AfterEach
    void end() {
        thread.end();
        for (Thread each : started) {
            Eventually.await("the thread ends", () -> !each.isAlive());
        }
    }

    private void assertWorks() {
        work.add(() -> {});
        Eventually.await("it works", work::isEmpty);
        assertThat(thread.isRunning()).isTrue();
    }

    private static Runnable throwing(Error error) {
        return () -> {
            throw error;
        };
    }

    @Test
    void whateverItsWorkThrowsItGoesOn() {
        thread.ensureStarted();
        for (Error error : new Error[] {
            new OutOfMemoryError("a test"), new StackOverflowError("a test"), new LinkageError("a test")
        }) {
            work.add(throwing(error));
            work.add(throwing(error));
            assertWorks();
        }
        work.add(() -> {
            throw new IllegalStateException("a test");
        });
        assertWorks();
        assertThat(started).hasSize(1);
    }

    @Test
    void anInterruptDoesNotEndIt() {
        thread.ensureStarted();
        for (int i = 0; i < 100; i++) {
            started.element().interrupt();
            work.add(() -> Thread.currentThread().interrupt());
        }
        assertWorks();
        assertThat(started).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aStartThatFailsIsTriedAgainByItself(int failures) {
        failingStarts.set(failures);
        thread.ensureStarted();
        for (int i = 0; i < failures; i++) {
            assertThat(started).isEmpty();
            later.remove().run();
        }
        assertWorks();
        assertThat(later).isEmpty();
        assertThat(started).hasSize(1);
    }

    @Test
    void aStartThatFailsIsTriedAgainWhenItIsNeeded() {
        failingStarts.set(1);
        thread.ensureStarted();
        thread.ensureStarted();
        assertWorks();
        later.remove().run();
        assertThat(started).as("one is enough").hasSize(1);
    }

    @Test
    void nobodyIsToldThatItDidNotStart() {
        LastingThread hopeless = new LastingThread(
                "test",
                task -> {
                    throw new OutOfMemoryError("a test");
                },
                this::next,
                task -> {
                    throw new RejectedExecutionException("a test");
                });
        hopeless.ensureStarted();
        hopeless.ensureStarted();
        assertThat(hopeless.isRunning()).isFalse();
    }

    @Test
    void onceEndedItDoesNotStart() {
        thread.end();
        thread.ensureStarted();
        assertThat(started).isEmpty();
    }
}

package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LastNetTest {

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final AtomicInteger looks = new AtomicInteger();
    private int failures;
    private long nanos;
    private final LastNet net = new LastNet(() -> looks.incrementAndGet() > 0, this::later, () -> nanos);

    /** Like Java 17's executor of delayed tasks: it keeps a task even if it can't start the thread to run it. */
    private void later(Runnable task) {
        later.add(task);
        if (failures-- > 0) {
            throw new OutOfMemoryError("unable to create native thread: a test");
        }
    }

    private void second() {
        Queue<Runnable> due = new ArrayDeque<>(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    @Test
    void itLooksOnceASecondAlthoughNoThreadCouldBeStartedAtFirst() {
        failures = 2;
        net.begin();
        net.begin();
        net.begin();
        for (int i = 1; i <= 5; i++) {
            second();
            assertThat(looks).hasValue(i);
        }
    }

    @Test
    void aLookWhoseThreadHasEndedIsMadeUpFor() {
        net.begin();
        Runnable lost = later.remove();
        nanos = 2_000_000_000L;
        net.begin();
        assertThat(later).as("may still come").isEmpty();
        nanos = 7_000_000_000L;
        net.begin();
        lost.run();
        assertThat(looks).as("given up").hasValue(0);
        second();
        assertThat(looks).hasValue(1);
        assertThat(later).hasSize(1);
    }

    @Test
    void onceClosedItLooksNoMore() {
        net.begin();
        net.close();
        second();
        net.begin();
        second();
        assertThat(looks).hasValueLessThan(2);
        assertThat(later).isEmpty();
    }
}

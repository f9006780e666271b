package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeriodicCheckTest {

    private final VirtualTime time = new VirtualTime();
    private final AtomicInteger checks = new AtomicInteger();
    private int failures;
    private final PeriodicCheck check =
            new PeriodicCheck(checks::incrementAndGet, time.clock(), this::schedule, Duration.ofMinutes(1));

    private Scheduler.Alarm schedule(long atNanos, Runnable task) {
        if (failures-- > 0) {
            throw new OutOfMemoryError("a test");
        }
        return time.schedule(atNanos, task);
    }

    @Test
    void itBeginsWithTheNextCallIfThereWasNoMemoryForTheFirst() {
        failures = 1;
        assertThatThrownBy(check::begin).isInstanceOf(OutOfMemoryError.class);
        check.begin();
        time.advance(Duration.ofMinutes(3));
        assertThat(checks).hasValue(3);
    }
}

package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.outcome.Outcome;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Requests that wait without a thread depend on the alarm, for which memory may be short. */
class LostAlarmTest {

    private final PoolFixture fixture = PoolFixture.of(1, 1);

    @Test
    void anAlarmThatCouldNotBeSetIsSetLater() {
        Lease held = fixture.lease();
        fixture.noMemoryForAlarms = true;
        LeaseRequest waiting = fixture.request();
        assertThat(fixture.time.alarms()).isZero();

        fixture.pool.setLostAlarm();
        assertThat(fixture.time.alarms()).as("still no memory").isZero();
        fixture.noMemoryForAlarms = false;
        fixture.pool.setLostAlarm();
        assertThat(fixture.time.alarms()).isOne();

        fixture.time.advance(PoolFixture.TIMEOUT.plus(Duration.ofSeconds(1)));
        assertThat(Objects.requireNonNull(waiting.refusal()).cause()).isNotNull();
        held.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }
}

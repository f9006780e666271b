package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okio.AsyncTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On Okio's own clock, hence in real time. */
@Timeout(60)
class StandingTimeoutTest {

    @Test
    void standsFromItsBeginningToItsClose() {
        StandingTimeout timeout = new StandingTimeout(Duration.ofMinutes(5));
        assertThat(timeout.stands()).isFalse();
        timeout.begin();
        timeout.begin();
        assertThat(timeout.stands()).isTrue();
        timeout.close();
        assertThat(timeout.stands()).isFalse();
        timeout.close();
    }

    @Test
    void beginsAgainWhenItsTimeHasCome() {
        try (StandingTimeout timeout = new StandingTimeout(Duration.ofMillis(2))) {
            timeout.begin();
            for (int round = 0; round < 3; round++) {
                // One that is due later is told after it.
                Later later = new Later();
                later.timeout(3, TimeUnit.MILLISECONDS);
                later.enter();
                Eventually.await("its time has come", () -> later.told);
                assertThat(timeout.stands()).isTrue();
            }
        }
    }

    private static final class Later extends AsyncTimeout {

        private volatile boolean told;

        @Override
        protected void timedOut() {
            told = true;
        }
    }

    @Test
    void closedItDoesNotBeginAgain() {
        StandingTimeout timeout = new StandingTimeout(Duration.ofMillis(2));
        timeout.close();
        timeout.begin();
        assertThat(timeout.stands()).isFalse();
    }

    @Test
    void isNotThereWhereReadsHaveNoTimeout() {
        try (StandingTimeout timeout = new StandingTimeout(Duration.ZERO)) {
            timeout.begin();
            assertThat(timeout.stands()).isFalse();
        }
    }
}

package io.github.geminipool.internal.connection;

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
    void runsFromItsStartToItsClose() {
        StandingTimeout timeout = new StandingTimeout(Duration.ofMinutes(5));
        assertThat(timeout.isRunning()).isFalse();
        timeout.begin();
        timeout.begin();
        assertThat(timeout.isRunning()).isTrue();
        timeout.close();
        assertThat(timeout.isRunning()).isFalse();
        timeout.close();
    }

    @Test
    void restartsWhenItExpires() {
        try (StandingTimeout timeout = new StandingTimeout(Duration.ofMillis(2))) {
            timeout.begin();
            for (int round = 0; round < 3; round++) {
                // A timeout that is due later expires after it.
                Later later = new Later();
                later.timeout(3, TimeUnit.MILLISECONDS);
                later.enter();
                Eventually.await("a later timeout expired", () -> later.expired);
                assertThat(timeout.isRunning()).isTrue();
            }
        }
    }

    private static final class Later extends AsyncTimeout {

        private volatile boolean expired;

        @Override
        protected void timedOut() {
            expired = true;
        }
    }

    @Test
    void doesNotStartAfterItsClose() {
        StandingTimeout timeout = new StandingTimeout(Duration.ofMillis(2));
        timeout.close();
        timeout.begin();
        assertThat(timeout.isRunning()).isFalse();
    }

    @Test
    void neverRunsIfReadsHaveNoTimeout() {
        try (StandingTimeout timeout = new StandingTimeout(Duration.ZERO)) {
            timeout.begin();
            assertThat(timeout.isRunning()).isFalse();
        }
    }
}

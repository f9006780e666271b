package io.github.geminipool.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PingPaceTest {

    @Test
    void widensOncePerInterval() {
        PingPace pace = new PingPace(Duration.ofSeconds(10));
        assertThat(pace.isWidened()).isFalse();
        pace.widen(Duration.ofSeconds(10));
        pace.widen(Duration.ofSeconds(10));
        assertThat(pace.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(pace.isWidened()).isTrue();
    }

    @Test
    void staysBelowFiveMinutes() {
        PingPace pace = new PingPace(Duration.ofSeconds(10));
        for (int i = 0; i < 10; i++) {
            pace.widen(pace.interval());
        }
        assertThat(pace.interval()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void noPingsStayNone() {
        PingPace pace = new PingPace(Duration.ZERO);
        pace.widen(Duration.ZERO);
        assertThat(pace.interval()).isZero();
        assertThat(pace.isWidened()).isFalse();
    }
}

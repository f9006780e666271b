package io.github.geminipool.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceOfUnitTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final PaceOfUnit pace = new PaceOfUnit();

    @Test
    void aMomentWithoutCapacityLeavesNoDebt() {
        pace.limit(0);
        pace.background(MINUTE, 2_000);
        pace.limit(1_000_000);
        assertThat(pace.nextAt()).isLessThan(MINUTE);
    }

    @Test
    void aLargeCallDelaysTheNextOneByAMinuteAtMost() {
        pace.limit(10);
        pace.background(MINUTE, 2_000);
        assertThat(pace.nextAt()).isEqualTo(2 * MINUTE);
    }
}

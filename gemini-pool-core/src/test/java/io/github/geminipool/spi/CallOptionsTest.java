package io.github.geminipool.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CallOptionsTest {

    private static final CallOptions FULL = new CallOptions(
            2,
            Duration.ofSeconds(3),
            Duration.ofSeconds(4),
            KeyChoice.ANY.withOnlyKeys(Set.of("five")),
            true,
            Duration.ofSeconds(6),
            "seven",
            Priority.BACKGROUND);

    private static final CallOptions OTHERS = new CallOptions(
            12,
            Duration.ofSeconds(13),
            Duration.ofSeconds(14),
            KeyChoice.ANY.withOnlyKeys(Set.of("fifteen")).withNotProjects(Set.of("fifteen")),
            false,
            Duration.ofSeconds(16),
            "seventeen",
            Priority.INTERACTIVE);

    @Test
    void ownComponentsTakePrecedence() {
        assertThat(FULL.orElse(OTHERS)).isEqualTo(FULL);
        assertThat(OTHERS.orElse(FULL)).isEqualTo(OTHERS.withExplained(true));
    }

    @Test
    void othersCompleteThemOneByOne() {
        assertThat(FULL.orElse(CallOptions.NONE)).isSameAs(FULL);
        assertThat(CallOptions.NONE.orElse(FULL)).isSameAs(FULL);
        List<UnaryOperator<CallOptions>> gaps = List.of(
                options -> options.withMaxAttempts(null),
                options -> options.withAcquireTimeout(null),
                options -> options.withDeadline(null),
                options -> options.withKeys(KeyChoice.ANY),
                options -> options.withExplained(false),
                options -> options.withUpgradeAfter(null),
                options -> options.withCaller(null),
                options -> options.withPriority(null));
        for (UnaryOperator<CallOptions> gap : gaps) {
            CallOptions lacking = gap.apply(FULL);
            assertThat(lacking).isNotEqualTo(FULL);
            assertThat(lacking.orElse(FULL)).isEqualTo(FULL);
        }
    }

    @Test
    void theChoiceOfKeysIsOne() {
        KeyChoice own = KeyChoice.ANY.withPreferredProject("p");
        assertThat(CallOptions.NONE.withKeys(own).orElse(OTHERS).keys()).isEqualTo(own);
    }

    @Test
    void aCallerHasAName() {
        assertThatThrownBy(() -> CallOptions.NONE.withCaller(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("caller");
    }
}

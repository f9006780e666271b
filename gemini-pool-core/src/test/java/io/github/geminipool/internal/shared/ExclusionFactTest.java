package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExclusionFactTest {

    private static final ExclusionFact FACT = new ExclusionFact(
            FailureKind.BILLING, FailureCause.CREDIT_DEPLETED, true, false, true, 3, 429, "no\tcredit \n left");

    @Test
    void whatIsWrittenIsRead() {
        assertThat(ExclusionFact.read(FACT.text())).isEqualTo(FACT);
    }

    @Test
    void aCauseOfANewerVersionIsUnspecified() {
        ExclusionFact read =
                Objects.requireNonNull(ExclusionFact.read(FACT.text().replace("CREDIT_DEPLETED", "MOON_PHASE")));
        assertThat(read.cause()).isEqualTo(FailureCause.UNSPECIFIED);
        assertThat(read.kind()).isEqualTo(FailureKind.BILLING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "BILLING", "MOON\tX\ttrue\ttrue\ttrue\t1\t2\tr", "BILLING\tX\ttrue\ttrue\ttrue\tx\t2\tr"})
    void whatCannotBeUnderstoodIsLeftOut(String text) {
        assertThat(ExclusionFact.read(text)).isNull();
    }
}

package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.ErrorClassifier;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many keys are rejected in the same way. */
class RejectionsTest extends HealthFixture {

    private final KeyRing ringOfTen = ringOf(10);
    private final List<KeyHealth> keys = ringOfTen.keys();
    private final Health ofTen = health(ringOfTen);

    private FailureEffects rejected(int number, FailureCause cause, int usable) {
        Failure failure = new Failure(
                FailureKind.KEY_REJECTED, cause, new Scope.Key("k" + number), null, true, 403, "refused k" + number);
        return ofTen.failed(
                new AttemptSubject(keys.get(number), model, List.of()), failure, 0, new Peers(1, usable), now());
    }

    private Duration out(int number) {
        Exclusion exclusion = keys.get(number).ownCell().at(now());
        return exclusion == null
                ? Duration.ZERO
                : Duration.ofNanos(exclusion.isLasting() ? Long.MAX_VALUE : exclusion.untilNanos() - now());
    }

    private boolean isEgressOut() {
        return exclusions.cell(new Scope.Egress()).at(now()) != null;
    }

    @Test
    void rejectionsOfHalfTheKeysAreTheKeysFault() {
        for (int i = 0; i < 5; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 1);
            assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
        }
    }

    @Test
    void rejectionsOfMoreThanHalfAreNotTheKeysFault() {
        for (int i = 0; i < 6; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 1);
        }

        for (int i = 0; i < 6; i++) {
            assertThat(out(i)).as("key %s", i).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
        }
        assertThat(keys.get(5).errorRate(now())).isZero();
        assertThat(isEgressOut()).as("while another key may be tried").isFalse();
    }

    @Test
    void theEgressIsBlamedIfNoOtherKeyIsLeft() {
        for (int i = 0; i < 6; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, i < 5 ? 1 : 0);
        }

        assertThat(isEgressOut()).isTrue();
    }

    @Test
    void theEgressIsBlamedAfterEightIfMoreThanEightAreLeft() {
        for (int i = 0; i < 7; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 9);
        }
        assertThat(isEgressOut()).isFalse();
        rejected(7, FailureCause.KEY_RESTRICTED, 9);

        assertThat(isEgressOut()).isTrue();
    }

    @Test
    void theEgressIsNotBlamedIfFewAreLeftToTry() {
        for (int i = 0; i < 9; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 8);
        }

        assertThat(isEgressOut()).isFalse();
    }

    @Test
    void theEgressIsProbedSoonWhileAnotherKeyIsLeft() {
        for (int i = 0; i < 10; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 9);
            time.advance(Duration.ofSeconds(1));

            assertThat(isEgressOut()).as("a second after rejection %s", i).isFalse();
        }
    }

    @Test
    void aNewKeyEndsTheBlameOfTheEgress() {
        for (int i = 0; i < 10; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 0);
        }
        assertThat(isEgressOut()).isTrue();

        assertThat(ofTen.anotherKey()).extracting(Exclusion::scope).isEqualTo(new Scope.Egress());
        assertThat(isEgressOut()).isFalse();
        rejected(0, FailureCause.KEY_RESTRICTED, 1);
        assertThat(isEgressOut()).isFalse();
        assertThat(ofTen.anotherKey()).isNull();
    }

    @Test
    void theEgressIsNotBlamedIfAnotherKeyGetsResponses() {
        for (int i = 0; i < 9; i++) {
            time.advance(Duration.ofMillis(1));
            rejected(i, FailureCause.KEY_RESTRICTED, 1);
            time.advance(Duration.ofMillis(1));
            ofTen.answered(new AttemptSubject(keys.get(9), model, List.of()), now());
        }

        assertThat(isEgressOut()).isFalse();
        assertThat(out(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void leaksAreTheKeysFault() {
        for (int i = 0; i < 10; i++) {
            Failure leaked = ErrorClassifier.classify(
                    403,
                    "{\"error\":{\"code\":403,\"message\":\"Your API key was reported as leaked.\"}}",
                    new AttemptContext("k" + i, "p" + i, "b", "m", time.now()));
            ofTen.failed(new AttemptSubject(keys.get(i), model, List.of()), leaked, 0, new Peers(1, 0), now());
            assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
        }
        assertThat(isEgressOut()).isFalse();
    }

    @Test
    void rejectionsInDifferentWaysAreTheKeysFault() {
        List<FailureCause> causes = Stream.of(FailureCause.values())
                .filter(cause -> cause != FailureCause.KEY_LEAKED)
                .toList();
        for (int i = 0; i < 10; i++) {
            rejected(i, causes.get(i), 0);
            assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
        }
        assertThat(isEgressOut()).isFalse();
    }

    @Test
    void keysOfBothKindsAreRejectedInTheSameWay() {
        for (int i = 0; i < 6; i++) {
            rejected(i, i % 2 == 0 ? FailureCause.KEY_INVALID : FailureCause.KEY_OUTDATED, 0);
        }

        assertThat(isEgressOut()).isTrue();
    }

    @Test
    void rejectionsMoreThanAMinuteApartAreTheKeysFault() {
        for (int i = 0; i < 10; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 0);
            assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
            time.advance(Duration.ofSeconds(13));
        }
    }

    @Test
    void theEgressStaysBlamedUntilAResponseComes() {
        for (int i = 0; i < 10; i++) {
            rejected(i, FailureCause.KEY_RESTRICTED, 0);
        }
        time.advance(Duration.ofMinutes(5));
        rejected(0, FailureCause.KEY_RESTRICTED, 0);
        assertThat(out(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));

        ofTen.answered(new AttemptSubject(keys.get(9), model, List.of()), now());
        time.advance(Duration.ofMinutes(5));
        rejected(0, FailureCause.KEY_RESTRICTED, 0);
        assertThat(out(0)).isGreaterThan(Duration.ofDays(365));
    }

    @Test
    void rejectionsOfTwoKeysAreTheKeysFault() {
        KeyRing ringOfTwo = ringOf(2);
        List<KeyHealth> keys = ringOfTwo.keys();
        Health ofTwo = health(ringOfTwo);
        for (int i = 0; i < 2; i++) {
            Failure failure = new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k" + i), null, true, 403, "blocked");
            ofTwo.failed(new AttemptSubject(keys.get(i), model, List.of()), failure, 0, new Peers(1, 0), now());
            assertThat(out(i)).isGreaterThan(Duration.ofDays(365));
        }
        assertThat(isEgressOut()).isFalse();
    }
}

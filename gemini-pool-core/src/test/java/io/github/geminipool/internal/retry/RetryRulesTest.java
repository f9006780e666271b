package io.github.geminipool.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.EmptyAnswer;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.settings.RetrySettings;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryRulesTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final RetryRules RULES = new RetryRules(RetrySettings.DEFAULTS);

    /** The first of three attempts, of a request that may be repeated, with an hour left. */
    private static final Situation FIRST = new Situation(1, 3, true, true, true, false, HOUR);

    private static Failure failure(FailureKind kind) {
        return new Failure(kind, new Scope.None(), null, false, 0, "a test");
    }

    private static String decide(FailureKind kind, Situation situation) {
        return said(RULES.decide(failure(kind), situation, 0));
    }

    private static String said(Decision decision) {
        return decision instanceof Decision.Repeat repeat
                ? "Repeat " + repeat.delay().toMillis()
                : decision.getClass().getSimpleName();
    }

    /**
     * Every kind by the situation: first attempt; last attempt; body gone; creates something and was sent; creates
     * something and was not sent; deadline before the back-off.
     */
    @ParameterizedTest
    @CsvSource({
        "RATE_LIMITED,          FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver",
        "DAILY_QUOTA_EXHAUSTED, FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver",
        "NOT_ENTITLED,          FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver",
        "BILLING,               FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver",
        "KEY_REJECTED,          FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver",
        "PROJECT_REJECTED,      FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver",
        "OVERLOADED,            Repeat 500, GiveUp,   GiveUp, Repeat 500, Repeat 500, GiveUp",
        "SERVER_ERROR,          Repeat 500, GiveUp,   GiveUp, GiveUp,     Repeat 500, GiveUp",
        "NETWORK,               Repeat 500, GiveUp,   GiveUp, GiveUp,     Repeat 500, GiveUp",
        "EMPTY_RESPONSE,        Repeat 500, GiveUp,   GiveUp, GiveUp,     Repeat 500, GiveUp",
        "EGRESS_BLOCKED,        Return,     Return,   Return, Return,     Return,     Return",
        "WRONG_PROJECT,         Return,     Return,   Return, Return,     Return,     Return",
        "INVALID_REQUEST,       Return,     Return,   Return, Return,     Return,     Return",
        "CANCELLED,             Return,     Return,   Return, Return,     Return,     Return",
    })
    void table(
            FailureKind kind,
            String first,
            String last,
            String bodyGone,
            String createsAndSent,
            String createsAndNotSent,
            String noTime) {
        assertThat(decide(kind, FIRST)).as("first").isEqualTo(first);
        assertThat(decide(kind, new Situation(3, 3, true, true, true, false, HOUR)))
                .as("last")
                .isEqualTo(last);
        assertThat(decide(kind, new Situation(1, 3, false, true, true, false, HOUR)))
                .as("body gone")
                .isEqualTo(bodyGone);
        assertThat(decide(kind, new Situation(1, 3, true, true, false, false, HOUR)))
                .as("creates, sent")
                .isEqualTo(createsAndSent);
        assertThat(decide(kind, new Situation(1, 3, true, false, false, false, HOUR)))
                .as("creates, not sent")
                .isEqualTo(createsAndNotSent);
        assertThat(decide(kind, new Situation(1, 3, true, true, true, false, Duration.ofMillis(500))))
                .as("no time")
                .isEqualTo(noTime);
    }

    /** Every kind of empty answer: where they are not repeated; where they are, first, last, and without time. */
    @ParameterizedTest
    @CsvSource({
        "NO_BODY,                 Return, Repeat 500, GiveUp, GiveUp",
        "NO_PARTS,                Return, Repeat 500, GiveUp, GiveUp",
        "MALFORMED_FUNCTION_CALL, Return, Repeat 500, GiveUp, GiveUp",
        "OTHER,                   Return, Repeat 500, GiveUp, GiveUp",
        "PROMPT_BLOCKED,          Return, Return,     Return, Return",
        "ANSWER_BLOCKED,          Return, Return,     Return, Return",
        "MAX_TOKENS,              Return, Return,     Return, Return",
    })
    void tableOfEmptyAnswers(EmptyAnswer empty, String off, String first, String last, String noTime) {
        RetryRules on = new RetryRules(RetrySettings.DEFAULTS.withOnEmptyResponse(true));
        assertThat(said(RULES.decide(empty, FIRST, 0))).as("off").isEqualTo(off);
        assertThat(said(on.decide(empty, FIRST, 0))).as("first").isEqualTo(first);
        assertThat(said(on.decide(empty, new Situation(3, 3, true, true, true, false, HOUR), 0)))
                .as("last")
                .isEqualTo(last);
        assertThat(said(on.decide(empty, new Situation(1, 3, true, true, true, false, Duration.ofMillis(500)), 0)))
                .as("no time")
                .isEqualTo(noTime);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void noKindIsCuredBothByAnotherKeyAndByTime(FailureKind kind) {
        assertThat(kind.isCuredByAnotherKey() && kind.isTransient()).isFalse();
        assertThat(kind.isFaultOfKey())
                .as("what is a key's fault is cured by another key")
                .isIn(false, kind.isCuredByAnotherKey());
    }

    @Test
    void givingUpSaysWhy() {
        assertThat(RULES.decide(failure(FailureKind.NETWORK), new Situation(3, 3, true, true, true, false, HOUR), 0))
                .isEqualTo(new Decision.GiveUp("all 3 attempts are used up"));
        assertThat(RULES.decide(failure(FailureKind.NETWORK), new Situation(1, 3, true, true, false, false, HOUR), 0))
                .isEqualTo(new Decision.GiveUp("it may have been carried out, and must not be twice"));
        assertThat(RULES.decide(failure(FailureKind.BILLING), new Situation(1, 3, false, true, true, false, HOUR), 0))
                .isEqualTo(new Decision.GiveUp("its body can be sent only once"));
        assertThat(RULES.decide(
                        failure(FailureKind.NETWORK), new Situation(1, 3, true, true, true, false, Duration.ZERO), 0))
                .isEqualTo(new Decision.GiveUp("its deadline comes before the next attempt"));
    }

    @Test
    void aDeadlineJustAfterTheBackOffIsTimeEnough() {
        Situation situation = new Situation(
                1, 3, true, true, true, false, Duration.ofMillis(500).plusNanos(1));

        assertThat(decide(FailureKind.OVERLOADED, situation)).isEqualTo("Repeat 500");
    }

    @Nested
    class BackOff {

        private static final double ALMOST_ONE = Math.nextDown(1.0);

        private static RetryRules rules(Duration initial, double multiplier, Duration max, double jitter) {
            return new RetryRules(new RetrySettings(100, initial, multiplier, max, jitter, 0.2));
        }

        @ParameterizedTest
        @CsvSource({"1, 500", "2, 1000", "3, 2000", "4, 4000", "5, 8000", "6, 10000", "7, 10000", "2000000000, 10000"})
        void growsFromAttemptToAttemptUpToItsCap(int attempts, long millis) {
            assertThat(RULES.delay(attempts, 0)).hasMillis(millis);
        }

        @ParameterizedTest
        @CsvSource({"1", "2", "6", "50"})
        void withFullJitterLiesAnywhereBetweenNowAndTheWhole(int attempts) {
            Duration whole = RULES.delay(attempts, 0);

            assertThat(RULES.delay(attempts, ALMOST_ONE)).isBetween(Duration.ZERO, Duration.ofNanos(10));
            assertThat(RULES.delay(attempts, 0.5)).isEqualTo(whole.dividedBy(2));
        }

        @Test
        void withoutJitterLeavesNothingToChance() {
            RetryRules rules = rules(Duration.ofMillis(500), 2, Duration.ofSeconds(10), 0);

            assertThat(rules.delay(2, 0)).hasMillis(1_000);
            assertThat(rules.delay(2, ALMOST_ONE)).hasMillis(1_000);
        }

        @Test
        void withHalfTheJitterLeavesHalfToChance() {
            RetryRules rules = rules(Duration.ofMillis(500), 2, Duration.ofSeconds(10), 0.5);

            assertThat(rules.delay(1, ALMOST_ONE)).isBetween(Duration.ofMillis(250), Duration.ofMillis(251));
        }

        @Test
        void ofNothingStaysNothing() {
            RetryRules rules = rules(Duration.ZERO, 100, Duration.ofSeconds(10), 1);

            assertThat(rules.delay(1, 0)).isZero();
            assertThat(rules.delay(1_000, 0)).isZero();
        }

        @Test
        void ofMultiplierOneStaysAsItIs() {
            assertThat(rules(Duration.ofMillis(500), 1, Duration.ofSeconds(10), 0)
                            .delay(50, 0))
                    .hasMillis(500);
        }
    }
}

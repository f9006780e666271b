package io.github.geminipool.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
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

    /** The first of three attempts, of an idempotent request, with an hour left, unless stated otherwise. */
    private static final class Case {
        private int attempts = 1;
        private boolean bodyReusable = true;
        private boolean mayBeExecuted = true;
        private boolean idempotent = true;
        private boolean failedSoBefore;
        private boolean confirmsOutage;
        private boolean elsewhere;
        private Duration serverDelay = Duration.ZERO;
        private Duration remaining = HOUR;

        Case last() {
            attempts = 3;
            return this;
        }

        Case bodyGone() {
            bodyReusable = false;
            return this;
        }

        Case notIdempotent() {
            idempotent = false;
            return this;
        }

        Case notSent() {
            mayBeExecuted = false;
            return this;
        }

        Case failedSoBefore() {
            failedSoBefore = true;
            return this;
        }

        Case confirmsOutage() {
            confirmsOutage = true;
            return this;
        }

        Case elsewhere() {
            elsewhere = true;
            return this;
        }

        Case serverDelay(Duration delay) {
            serverDelay = delay;
            return this;
        }

        Case remaining(Duration left) {
            remaining = left;
            return this;
        }

        Situation situation() {
            return new Situation(
                    attempts,
                    attempts - 1,
                    3,
                    bodyReusable,
                    mayBeExecuted,
                    idempotent,
                    failedSoBefore,
                    confirmsOutage,
                    elsewhere,
                    serverDelay,
                    remaining,
                    Duration.ZERO);
        }
    }

    private static Case first() {
        return new Case();
    }

    private static Failure failure(FailureKind kind) {
        return new Failure(kind, new Scope.None(), null, false, 0, "a test");
    }

    private static String decide(FailureKind kind, Case given) {
        return describe(RULES.decide(failure(kind), given.situation(), 0));
    }

    private static String describe(Decision decision) {
        return decision instanceof Decision.Retry retry
                ? "Retry " + retry.delay().toMillis()
                : decision.getClass().getSimpleName();
    }

    /**
     * Every kind by the situation: first attempt; last attempt; body gone; not idempotent and sent; not
     * idempotent and not sent; deadline before the back-off; probe of a continuing outage.
     */
    @ParameterizedTest
    @CsvSource({
        "RATE_LIMITED,          FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver, FailOver",
        "DAILY_QUOTA_EXHAUSTED, FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver, FailOver",
        "NOT_ENTITLED,          FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver, FailOver",
        "BILLING,               FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver, FailOver",
        "KEY_REJECTED,          FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver, FailOver",
        "PROJECT_REJECTED,      FailOver,   FailOver, GiveUp, FailOver,   FailOver,   FailOver, FailOver",
        "OVERLOADED,            Retry 500, GiveUp,   GiveUp, Retry 500, Retry 500, GiveUp,   GiveUp",
        "SERVER_ERROR,          Retry 500, GiveUp,   GiveUp, GiveUp,     Retry 500, GiveUp,   GiveUp",
        "NETWORK,               Retry 500, GiveUp,   GiveUp, GiveUp,     Retry 500, GiveUp,   GiveUp",
        "EMPTY_RESPONSE,        Retry 500, GiveUp,   GiveUp, GiveUp,     Retry 500, GiveUp,   GiveUp",
        "EGRESS_BLOCKED,        Return,     Return,   Return, Return,     Return,     Return,   Return",
        "WRONG_PROJECT,         Return,     Return,   Return, Return,     Return,     Return,   Return",
        "INVALID_REQUEST,       Return,     Return,   Return, Return,     Return,     Return,   Return",
        "CANCELLED,             Return,     Return,   Return, Return,     Return,     Return,   Return",
    })
    void table(
            FailureKind kind,
            String first,
            String last,
            String bodyGone,
            String notIdempotentSent,
            String notIdempotentNotSent,
            String noTime,
            String outage) {
        assertThat(decide(kind, first())).as("first").isEqualTo(first);
        assertThat(decide(kind, first().last())).as("last").isEqualTo(last);
        assertThat(decide(kind, first().bodyGone())).as("body gone").isEqualTo(bodyGone);
        assertThat(decide(kind, first().notIdempotent()))
                .as("not idempotent, sent")
                .isEqualTo(notIdempotentSent);
        assertThat(decide(kind, first().notIdempotent().notSent()))
                .as("not idempotent, not sent")
                .isEqualTo(notIdempotentNotSent);
        assertThat(decide(kind, first().remaining(Duration.ofMillis(500))))
                .as("no time")
                .isEqualTo(noTime);
        assertThat(decide(kind, first().confirmsOutage())).as("outage").isEqualTo(outage);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void theFirstTryOfAKeyOrProjectIsFree(FailureKind kind) {
        String expected = kind.isCuredByAnotherKey() ? "Retry 0" : decide(kind, first());

        assertThat(decide(kind, first().failedSoBefore())).isEqualTo(expected);
        assertThat(decide(kind, first().failedSoBefore().last()))
                .isEqualTo(kind.isCuredByAnotherKey() ? "GiveUp" : decide(kind, first().last()));
    }

    @Nested
    class A429WithoutAQuota {

        private final Failure burst =
                new Failure(FailureKind.OVERLOADED, new Scope.Model("m"), null, false, 429, "a test");

        private String decide(Case given) {
            return describe(RULES.decide(burst, given.situation(), 0));
        }

        @Test
        void isRetriedElsewhereAtOnceAndThenBacksOff() {
            assertThat(decide(first().elsewhere())).isEqualTo("Retry 0");
            assertThat(decide(first().elsewhere().failedSoBefore())).isEqualTo("Retry 500");
            assertThat(decide(first().elsewhere().last())).isEqualTo("GiveUp");
        }

        @Test
        void backsOffWithoutAnotherProject() {
            assertThat(decide(first())).isEqualTo("Retry 500");
        }

        @ParameterizedTest
        @EnumSource(
                value = FailureKind.class,
                names = {"OVERLOADED", "SERVER_ERROR", "NETWORK"})
        void isLikeAllFailuresThatDoNotSayWhomTheyConcern(FailureKind kind) {
            assertThat(RetryRulesTest.decide(kind, first().elsewhere())).isEqualTo("Retry 0");
        }
    }

    @Nested
    class TheDelayThatTheServerAsksFor {

        @ParameterizedTest
        @CsvSource({"0, 500", "2000, 2500", "10000, 10500", "10001, 500", "60000, 500", "-1, 500"})
        void isHonouredUpToTheMaximumBackOff(long delayMillis, long expected) {
            assertThat(decide(FailureKind.SERVER_ERROR, first().serverDelay(Duration.ofMillis(delayMillis))))
                    .isEqualTo("Retry " + expected);
        }

        @Test
        void isNotWaitedForBeyondTheDeadline() {
            Case given = first().serverDelay(Duration.ofSeconds(2)).remaining(Duration.ofSeconds(2));

            assertThat(decide(FailureKind.OVERLOADED, given)).isEqualTo("GiveUp");
        }
    }

    /** Every kind of empty response: with retries off; with retries on, for the first attempt, the last, and without time. */
    @ParameterizedTest
    @CsvSource({
        "NO_BODY,                 Return, Retry 500, GiveUp, GiveUp",
        "NO_PARTS,                Return, Retry 500, GiveUp, GiveUp",
        "MALFORMED_FUNCTION_CALL, Return, Retry 500, GiveUp, GiveUp",
        "OTHER,                   Return, Retry 500, GiveUp, GiveUp",
        "PROMPT_BLOCKED,          Return, Return,     Return, Return",
        "ANSWER_BLOCKED,          Return, Return,     Return, Return",
        "MAX_TOKENS,              Return, Return,     Return, Return",
    })
    void tableOfEmptyResponses(EmptyResponse empty, String off, String first, String last, String noTime) {
        RetryRules on = new RetryRules(RetrySettings.DEFAULTS.withOnEmptyResponse(true));
        assertThat(describe(RULES.decide(empty, first().situation(), 0)))
                .as("off")
                .isEqualTo(off);
        assertThat(describe(on.decide(empty, first().situation(), 0)))
                .as("first")
                .isEqualTo(first);
        assertThat(describe(on.decide(empty, first().last().situation(), 0)))
                .as("last")
                .isEqualTo(last);
        assertThat(describe(on.decide(
                        empty, first().remaining(Duration.ofMillis(500)).situation(), 0)))
                .as("no time")
                .isEqualTo(noTime);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void noKindIsCuredBothByAnotherKeyAndByTime(FailureKind kind) {
        assertThat(kind.isCuredByAnotherKey() && kind.isTransient()).isFalse();
        assertThat(kind.isFaultOfKey())
                .as("a key's fault is cured by another key")
                .isIn(false, kind.isCuredByAnotherKey());
    }

    private static Decision decision(FailureKind kind, Case given) {
        return RULES.decide(failure(kind), given.situation(), 0);
    }

    @Test
    void givingUpHasAReason() {
        assertThat(decision(FailureKind.NETWORK, first().last()))
                .isEqualTo(new Decision.GiveUp("all 3 attempts are used up"));
        assertThat(decision(FailureKind.NETWORK, first().notIdempotent()))
                .isEqualTo(new Decision.GiveUp("Gemini may have executed the request, which must not happen twice"));
        assertThat(decision(FailureKind.BILLING, first().bodyGone()))
                .isEqualTo(new Decision.GiveUp("the request's body can be sent only once"));
        assertThat(decision(FailureKind.NETWORK, first().remaining(Duration.ZERO)))
                .isEqualTo(new Decision.GiveUp("the call's deadline is before the next attempt"));
        assertThat(decision(FailureKind.NETWORK, first().confirmsOutage()))
                .isEqualTo(new Decision.GiveUp("the outage continues, as this probe shows"));
    }

    @Test
    void aDeadlineJustAfterTheBackOffIsLateEnough() {
        Case given = first().remaining(Duration.ofMillis(500).plusNanos(1));

        assertThat(decide(FailureKind.OVERLOADED, given)).isEqualTo("Retry 500");
    }

    @Nested
    class BackOff {

        private static final double ALMOST_ONE = Math.nextDown(1.0);

        private static RetryRules rules(Duration initial, double multiplier, Duration max, double jitter) {
            return new RetryRules(new RetrySettings(100, initial, multiplier, max, jitter, 0.2));
        }

        @ParameterizedTest
        @CsvSource({"1, 500", "2, 1000", "3, 2000", "4, 4000", "5, 8000", "6, 10000", "7, 10000", "2000000000, 10000"})
        void growsWithEachAttemptUpToItsMaximum(int attempts, long millis) {
            assertThat(RULES.backOff(attempts - 1, 0)).hasMillis(millis);
        }

        @ParameterizedTest
        @CsvSource({"1", "2", "6", "50"})
        void withFullJitterIsAnywhereBetweenZeroAndTheFullDelay(int attempts) {
            Duration full = RULES.backOff(attempts - 1, 0);

            assertThat(RULES.backOff(attempts - 1, ALMOST_ONE)).isBetween(Duration.ZERO, Duration.ofNanos(10));
            assertThat(RULES.backOff(attempts - 1, 0.5)).isEqualTo(full.dividedBy(2));
        }

        @Test
        void withoutJitterIsFixed() {
            RetryRules rules = rules(Duration.ofMillis(500), 2, Duration.ofSeconds(10), 0);

            assertThat(rules.backOff(1, 0)).hasMillis(1_000);
            assertThat(rules.backOff(1, ALMOST_ONE)).hasMillis(1_000);
        }

        @Test
        void withHalfTheJitterIsHalfRandom() {
            RetryRules rules = rules(Duration.ofMillis(500), 2, Duration.ofSeconds(10), 0.5);

            assertThat(rules.backOff(0, ALMOST_ONE)).isBetween(Duration.ofMillis(250), Duration.ofMillis(251));
        }

        @Test
        void ofZeroStaysZero() {
            RetryRules rules = rules(Duration.ZERO, 100, Duration.ofSeconds(10), 1);

            assertThat(rules.backOff(1, 0)).isZero();
            assertThat(rules.backOff(1_000, 0)).isZero();
        }

        @Test
        void withMultiplierOneIsConstant() {
            assertThat(rules(Duration.ofMillis(500), 1, Duration.ofSeconds(10), 0)
                            .backOff(50, 0))
                    .hasMillis(500);
        }
    }

    @Test
    void whatOnlyAnOperatorCanEndIsNotRetried() {
        Failure failure = new Failure(
                FailureKind.NETWORK, FailureCause.NAME_UNRESOLVED, new Scope.None(), null, true, 0, "no such name");

        assertThat(RULES.decide(failure, new Case().notSent().situation(), 0)).isInstanceOf(Decision.Return.class);
    }
}

package io.github.geminipool.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.EmptyResponse;
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

    /** The first of three attempts, of a request that may be repeated, with an hour left, unless said. */
    private static final class Case {
        private int attempts = 1;
        private boolean bodyIsThere = true;
        private boolean mayHaveHadEffect = true;
        private boolean retryable = true;
        private boolean failedSoBefore;
        private boolean confirmsOutage;
        private boolean elsewhere;
        private Duration asked = Duration.ZERO;
        private Duration remaining = HOUR;

        Case last() {
            attempts = 3;
            return this;
        }

        Case bodyGone() {
            bodyIsThere = false;
            return this;
        }

        Case creates() {
            retryable = false;
            return this;
        }

        Case notSent() {
            mayHaveHadEffect = false;
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

        Case asked(Duration howLong) {
            asked = howLong;
            return this;
        }

        Case remaining(Duration left) {
            remaining = left;
            return this;
        }

        Situation situation() {
            return new Situation(
                    attempts,
                    3,
                    bodyIsThere,
                    mayHaveHadEffect,
                    retryable,
                    failedSoBefore,
                    confirmsOutage,
                    elsewhere,
                    asked,
                    remaining);
        }
    }

    private static Case first() {
        return new Case();
    }

    private static Failure failure(FailureKind kind) {
        return new Failure(kind, new Scope.None(), null, false, 0, "a test");
    }

    private static String decide(FailureKind kind, Case given) {
        return inWords(RULES.decide(failure(kind), given.situation(), 0));
    }

    private static String inWords(Decision decision) {
        return decision instanceof Decision.Retry retry
                ? "Retry " + retry.delay().toMillis() + (retry.elsewhere() ? " elsewhere" : "")
                : decision.getClass().getSimpleName();
    }

    /**
     * Every kind by the situation: first attempt; last attempt; body gone; creates something and was sent; creates
     * something and was not sent; deadline before the back-off; found out that everybody still fails.
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
            String createsAndSent,
            String createsAndNotSent,
            String noTime,
            String outage) {
        assertThat(decide(kind, first())).as("first").isEqualTo(first);
        assertThat(decide(kind, first().last())).as("last").isEqualTo(last);
        assertThat(decide(kind, first().bodyGone())).as("body gone").isEqualTo(bodyGone);
        assertThat(decide(kind, first().creates())).as("creates, sent").isEqualTo(createsAndSent);
        assertThat(decide(kind, first().creates().notSent()))
                .as("creates, not sent")
                .isEqualTo(createsAndNotSent);
        assertThat(decide(kind, first().remaining(Duration.ofMillis(500))))
                .as("no time")
                .isEqualTo(noTime);
        assertThat(decide(kind, first().confirmsOutage())).as("outage").isEqualTo(outage);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void aKeyOrProjectIsTriedOncePerCallForNothing(FailureKind kind) {
        String expected = kind.isCuredByAnotherKey() ? "Retry 0" : decide(kind, first());

        assertThat(decide(kind, first().failedSoBefore())).isEqualTo(expected);
        assertThat(decide(kind, first().failedSoBefore().last()))
                .isEqualTo(kind.isCuredByAnotherKey() ? "GiveUp" : decide(kind, first().last()));
    }

    @Nested
    class A429ThatNamesNoQuota {

        private final Failure burst =
                new Failure(FailureKind.OVERLOADED, new Scope.Model("m"), null, false, 429, "a test");

        private String decide(Case given) {
            return inWords(RULES.decide(burst, given.situation(), 0));
        }

        @Test
        void isTriedElsewhereAtOnceAndThenBacksOff() {
            assertThat(decide(first().elsewhere())).isEqualTo("Retry 0 elsewhere");
            assertThat(decide(first().elsewhere().failedSoBefore())).isEqualTo("Retry 500");
            assertThat(decide(first().elsewhere().last())).isEqualTo("GiveUp");
        }

        @Test
        void backsOffWhereThereIsNoOtherProject() {
            assertThat(decide(first())).isEqualTo("Retry 500");
        }

        @Test
        void differsFromA503WhichIsTheSameEverywhere() {
            assertThat(RetryRulesTest.decide(FailureKind.OVERLOADED, first().elsewhere()))
                    .isEqualTo("Retry 500");
        }
    }

    @Nested
    class WhatTheServerAsksFor {

        @ParameterizedTest
        @CsvSource({"0, 500", "2000, 2500", "10000, 10500", "10001, 500", "60000, 500", "-1, 500"})
        void isBelievedUpToTheLongestBackOff(long askedMillis, long expected) {
            assertThat(decide(FailureKind.SERVER_ERROR, first().asked(Duration.ofMillis(askedMillis))))
                    .isEqualTo("Retry " + expected);
        }

        @Test
        void isNotWaitedForPastTheDeadline() {
            Case given = first().asked(Duration.ofSeconds(2)).remaining(Duration.ofSeconds(2));

            assertThat(decide(FailureKind.OVERLOADED, given)).isEqualTo("GiveUp");
        }
    }

    /** Every kind of empty answer: where they are not repeated; where they are, first, last, and without time. */
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
        assertThat(inWords(RULES.decide(empty, first().situation(), 0)))
                .as("off")
                .isEqualTo(off);
        assertThat(inWords(on.decide(empty, first().situation(), 0)))
                .as("first")
                .isEqualTo(first);
        assertThat(inWords(on.decide(empty, first().last().situation(), 0)))
                .as("last")
                .isEqualTo(last);
        assertThat(inWords(on.decide(
                        empty, first().remaining(Duration.ofMillis(500)).situation(), 0)))
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

    private static Decision whole(FailureKind kind, Case given) {
        return RULES.decide(failure(kind), given.situation(), 0);
    }

    @Test
    void givingUpSaysWhy() {
        assertThat(whole(FailureKind.NETWORK, first().last()))
                .isEqualTo(new Decision.GiveUp("all 3 attempts are used up"));
        assertThat(whole(FailureKind.NETWORK, first().creates()))
                .isEqualTo(new Decision.GiveUp("it may have been carried out, and must not be twice"));
        assertThat(whole(FailureKind.BILLING, first().bodyGone()))
                .isEqualTo(new Decision.GiveUp("its body can be sent only once"));
        assertThat(whole(FailureKind.NETWORK, first().remaining(Duration.ZERO)))
                .isEqualTo(new Decision.GiveUp("its deadline comes before the next attempt"));
        assertThat(whole(FailureKind.NETWORK, first().confirmsOutage()))
                .isEqualTo(new Decision.GiveUp("everybody fails, and it was to find out whether that is over"));
    }

    @Test
    void aDeadlineJustAfterTheBackOffIsTimeEnough() {
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

package io.github.geminipool.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

    private static int concurrentRetries(RetryBudget budget, int count) {
        int allowed = 0;
        for (int i = 0; i < count; i++) {
            allowed += budget.tryRetry() ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void allowsThreeConcurrentRetriesWithoutTokens() {
        RetryBudget budget = new RetryBudget(0.2);

        assertThat(concurrentRetries(budget, 10)).isEqualTo(3);
        budget.ended();
        assertThat(concurrentRetries(budget, 10)).isEqualTo(1);
    }

    private static int sequentialRetries(RetryBudget budget, int count) {
        int allowed = 0;
        for (int i = 0; i < count; i++) {
            if (budget.tryRetry()) {
                allowed++;
                budget.ended();
            }
        }
        return allowed;
    }

    @Test
    void allowsTwentyRetriesInARowWithoutTokensAndOneMoreForEvery25Calls() {
        RetryBudget budget = new RetryBudget(0.0001);
        assertThat(sequentialRetries(budget, 1_000)).isEqualTo(20);

        for (int call = 0; call < 75; call++) {
            budget.earn();
        }

        assertThat(sequentialRetries(budget, 1_000)).isEqualTo(3);
    }

    @Test
    void isLimitedByConcurrencyAloneWhereRetriesTakeNothingFromOthers() {
        RetryBudget budget = RetryBudget.ofConcurrency(0.2, 8);

        assertThat(sequentialRetries(budget, 1_000)).isEqualTo(1_000);
        assertThat(concurrentRetries(budget, 10)).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.2, 0.5, 1.0})
    void allowsItsFractionOfTheCallsWhileAllOfThemFail(double share) {
        RetryBudget budget = new RetryBudget(share);
        int running = concurrentRetries(budget, 3);
        assertThat(running).isEqualTo(3);

        int retries = 0;
        for (int call = 0; call < 10_000; call++) {
            budget.earn();
            if (budget.tryRetry()) {
                retries++;
                budget.ended();
            }
        }

        assertThat(retries).isEqualTo((int) (10_000 * share));
    }

    @Test
    void savesTheTokensOfAtMostAHundredCalls() {
        RetryBudget budget = new RetryBudget(0.2);
        for (int call = 0; call < 100_000; call++) {
            budget.earn();
        }

        assertThat(concurrentRetries(budget, 1_000)).isEqualTo(20);
    }

    @Test
    void ofZeroSwitchesRetriesOff() {
        RetryBudget budget = new RetryBudget(0);
        budget.earn();

        assertThat(concurrentRetries(budget, 10)).isZero();
    }

    @Test
    void ofASmallFractionIsNotZero() {
        assertThat(concurrentRetries(new RetryBudget(0.0001), 10)).isEqualTo(3);
    }
}

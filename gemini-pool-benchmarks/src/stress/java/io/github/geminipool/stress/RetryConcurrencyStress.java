package io.github.geminipool.stress;

import io.github.geminipool.internal.retry.RetryBudget;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two retries without a token begin where only one more may run at the same time. */
@JCStressTest
@Description("two free retries against each other: whether each is allowed; how many are once all have ended")
@Outcome(
        id = {"true, false, 3", "false, true, 3"},
        expect = Expect.ACCEPTABLE,
        desc = "one of them runs, and leaves its place")
@Outcome(expect = Expect.FORBIDDEN, desc = "too many run, or a place is lost")
@State
public class RetryConcurrencyStress {

    /** As many run at the same time without a token. */
    private static final int MOST = 3;

    private final RetryBudget budget = new RetryBudget(0.01);

    public RetryConcurrencyStress() {
        for (int i = 1; i < MOST; i++) {
            if (!budget.tryRetry()) {
                throw new IllegalStateException("Only " + i + " retries were free");
            }
        }
    }

    @Actor
    public void retry(ZZI_Result result) {
        result.r1 = budget.tryRetry();
    }

    @Actor
    public void retryToo(ZZI_Result result) {
        result.r2 = budget.tryRetry();
    }

    @Arbiter
    public void look(ZZI_Result result) {
        for (int i = 0; i < MOST; i++) {
            budget.ended();
        }
        while (result.r3 <= MOST && budget.tryRetry()) {
            result.r3++;
        }
    }
}

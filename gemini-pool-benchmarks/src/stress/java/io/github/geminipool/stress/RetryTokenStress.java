package io.github.geminipool.stress;

import io.github.geminipool.internal.retry.RetryBudget;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two retries want the last token of a budget. */
@JCStressTest
@Description("two retries against each other, and one token: whether each is allowed")
@Outcome(
        id = {"true, false", "false, true"},
        expect = Expect.ACCEPTABLE,
        desc = "one of them takes the token")
@Outcome(expect = Expect.FORBIDDEN, desc = "the token is spent twice, or lost")
@State
public class RetryTokenStress {

    /** As many retries need no token at the start. */
    private static final int FREE = 20;

    private final RetryBudget budget = new RetryBudget(1);

    public RetryTokenStress() {
        for (int i = 0; i < FREE; i++) {
            if (!budget.tryRetry()) {
                throw new IllegalStateException("Only " + i + " retries were free");
            }
            budget.ended();
        }
        budget.earn();
    }

    @Actor
    public void retry(ZZ_Result result) {
        result.r1 = budget.tryRetry();
    }

    @Actor
    public void retryToo(ZZ_Result result) {
        result.r2 = budget.tryRetry();
    }
}

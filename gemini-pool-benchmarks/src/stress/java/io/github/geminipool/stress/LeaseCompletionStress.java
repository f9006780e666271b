package io.github.geminipool.stress;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.pool.Lease;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** Two threads complete a lease, for example the one that reads the response and the one whose connection failed. */
@JCStressTest
@Description("completion of a lease against its completion: did each; attempts ended; in flight")
@Outcome(
        id = {"true, false, 1, 0", "false, true, 1, 0"},
        expect = Expect.ACCEPTABLE,
        desc = "one of them completed it")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was completed twice, or not")
@State
public class LeaseCompletionStress {

    private static final Failure FAILURE = new Failure(FailureKind.NETWORK, new Scope.None(), null, false, 0, "a test");

    private final StressPool pool = new StressPool(1, 1);
    private final Lease lease = pool.lease();

    @Actor
    public void succeed(LLLL_Result result) {
        result.r1 = StressPool.complete(lease);
    }

    @Actor
    public void fail(LLLL_Result result) {
        result.r2 = StressPool.fail(lease, FAILURE);
    }

    @Arbiter
    public void count(LLLL_Result result) {
        result.r3 = pool.attemptsEnded();
        result.r4 = pool.pool().inFlight();
    }
}

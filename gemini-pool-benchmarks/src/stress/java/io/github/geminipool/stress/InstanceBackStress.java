package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.Lease;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** A stream ends while its instance is given back because its reader did not read. */
@JCStressTest
@Description("completion of a lease against giving its instance back: attempts ended; in flight; the next two requests")
@Outcome(id = "1, 0, granted, waits", expect = Expect.ACCEPTABLE, desc = "the instance came back once")
@Outcome(expect = Expect.FORBIDDEN, desc = "the instance is lost, or there twice")
@State
public class InstanceBackStress {

    private final StressPool pool = new StressPool(1, 1);
    private final Lease lease = pool.lease();

    @Actor
    public void end() {
        StressPool.complete(lease);
    }

    @Actor
    public void giveBack() {
        lease.giveInstanceBack();
    }

    @Arbiter
    public void count(LLLL_Result result) {
        result.r1 = pool.attemptsEnded();
        result.r2 = pool.pool().inFlight();
        result.r3 = StressPool.outcome(pool.request());
        result.r4 = StressPool.outcome(pool.request());
    }
}

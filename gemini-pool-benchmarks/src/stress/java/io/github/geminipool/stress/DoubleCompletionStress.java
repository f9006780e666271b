package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/** A lease is completed twice while two requests wait for its instance: only one may get it. */
@JCStressTest
@Description("completion of a lease against releasing it unused: results of two waiting requests; in flight")
@Outcome(id = "granted, waits, 1", expect = Expect.ACCEPTABLE, desc = "one of them got the instance")
@Outcome(expect = Expect.FORBIDDEN, desc = "the instance was given twice, or not")
@State
public class DoubleCompletionStress {

    private final StressPool pool = new StressPool(1, 1);
    private final Lease lease = pool.lease();
    private final LeaseRequest first = pool.request();
    private final LeaseRequest second = pool.request();

    @Actor
    public void complete() {
        StressPool.complete(lease);
    }

    @Actor
    public void giveBack() {
        lease.unused();
    }

    @Arbiter
    public void look(LLI_Result result) {
        result.r1 = StressPool.outcome(first);
        result.r2 = StressPool.outcome(second);
        result.r3 = pool.pool().inFlight();
    }
}

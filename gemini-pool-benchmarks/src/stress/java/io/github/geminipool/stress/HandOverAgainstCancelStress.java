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
import org.openjdk.jcstress.infra.results.ZLL_Result;

/** An instance is released while the first waiting request is cancelled: the second must get it. */
@JCStressTest
@Description("hand-over against cancelling: whether it was in time; results of two waiting requests")
@Outcome(id = "false, granted, waits", expect = Expect.ACCEPTABLE, desc = "the first got it")
@Outcome(id = "true, cancelled, granted", expect = Expect.ACCEPTABLE, desc = "the first gave up, the second got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the instance is lost, or given twice")
@State
public class HandOverAgainstCancelStress {

    private final StressPool pool = new StressPool(1, 1);
    private final Lease lease = pool.lease();
    private final LeaseRequest first = pool.request();
    private final LeaseRequest second = pool.request();

    @Actor
    public void handOver() {
        StressPool.complete(lease);
    }

    @Actor
    public void giveUp(ZLL_Result result) {
        result.r1 = pool.pool().cancel(first);
    }

    @Arbiter
    public void look(ZLL_Result result) {
        result.r2 = StressPool.outcome(first);
        result.r3 = StressPool.outcome(second);
    }
}

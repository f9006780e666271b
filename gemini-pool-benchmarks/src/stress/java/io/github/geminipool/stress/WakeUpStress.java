package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZ_Result;

/** An instance is handed over to a thread that lies down to wait for it: it must be woken. A lost call is a time-out. */
@JCStressTest
@Description("hand-over against waiting: what became of the request; whether the thread was interrupted")
@Outcome(id = "granted, false", expect = Expect.ACCEPTABLE, desc = "the thread was woken, or did not have to wait")
@Outcome(expect = Expect.FORBIDDEN, desc = "the thread was not told")
@State
public class WakeUpStress {

    private final StressPool pool = new StressPool(1, 1);
    private final Lease lease = pool.lease();
    private final LeaseRequest request = pool.request();

    @Actor
    public void handOver() {
        StressPool.complete(lease);
    }

    @Actor
    public void waitForIt(LZ_Result result) {
        try {
            request.await(pool.time.clock());
        } catch (InterruptedException e) {
            result.r2 = true;
        }
        result.r1 = StressPool.outcome(request);
    }
}

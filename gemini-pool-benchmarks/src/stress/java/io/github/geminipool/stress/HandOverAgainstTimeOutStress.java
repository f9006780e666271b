package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** An instance comes free at the deadline of the first who waits for it: if that is too late, it is for the second. */
@JCStressTest
@Description("hand-over against time-out: what became of two who waited")
@Outcome(id = "granted, waits", expect = Expect.ACCEPTABLE, desc = "the first got it")
@Outcome(id = "refused, granted", expect = Expect.ACCEPTABLE, desc = "the first was too late, the second got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the instance is lost, or given twice, or nobody keeps the deadline")
@State
public class HandOverAgainstTimeOutStress {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final StressPool pool = new StressPool(1, 1);
    private final Lease lease = pool.lease();
    private final LeaseRequest first = pool.request(
            StressPool.MODEL, StressPool.newRequest(pool.time.clock().after(TIMEOUT)));
    private final LeaseRequest second = pool.request();

    @Actor
    public void handOver() {
        StressPool.complete(lease);
    }

    @Actor
    public void timeOut() {
        pool.time.pass(TIMEOUT);
    }

    @Arbiter
    public void look(LL_Result result) {
        pool.time.ring();
        result.r1 = StressPool.outcome(first);
        result.r2 = StressPool.outcome(second);
    }
}

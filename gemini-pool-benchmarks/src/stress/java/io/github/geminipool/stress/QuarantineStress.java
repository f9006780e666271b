package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.LeaseRequest;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZL_Result;

/** A key is put aside for good while it is found free for the first time: the next call must see it. */
@JCStressTest
@Description("quarantine against acquire: the call at the same time; whether it is new; the call after it")
@Outcome(id = "granted, true, refused", expect = Expect.ACCEPTABLE, desc = "the call came before it")
@Outcome(id = "refused, true, refused", expect = Expect.ACCEPTABLE, desc = "the call came after it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the quarantine is lost")
@State
public class QuarantineStress {

    private final StressPool pool = new StressPool(2, 1);
    private final LeaseRequest request = StressPool.newRequest();

    @Actor
    public void acquire() {
        pool.request(StressPool.MODEL, request);
    }

    @Actor
    public void quarantine(LZL_Result result) {
        result.r2 = pool.quarantine("k1");
    }

    @Arbiter
    public void look(LZL_Result result) {
        result.r1 = StressPool.outcome(request);
        StressPool.succeed(request);
        result.r3 = StressPool.outcome(pool.request());
    }
}

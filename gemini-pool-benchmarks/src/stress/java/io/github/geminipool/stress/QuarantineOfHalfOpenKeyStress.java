package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.LeaseRequest;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZL_Result;

/** A key is put aside for good while a call begins to find out whether it can be used again. */
@JCStressTest
@Description("quarantine against a probe: the probing call; whether it is new; a call an hour later")
@Outcome(id = "granted, true, refused", expect = Expect.ACCEPTABLE, desc = "the call came before it")
@Outcome(id = "refused, true, refused", expect = Expect.ACCEPTABLE, desc = "the call came after it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the quarantine is lost: what the call saw before has replaced it")
@State
public class QuarantineOfHalfOpenKeyStress {

    private final StressPool pool = new StressPool(2, 1);
    private final LeaseRequest request = StressPool.newRequest();

    public QuarantineOfHalfOpenKeyStress() {
        pool.makeHalfOpen();
    }

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
        pool.time.pass(Duration.ofHours(1));
        result.r3 = StressPool.outcome(pool.request());
    }
}

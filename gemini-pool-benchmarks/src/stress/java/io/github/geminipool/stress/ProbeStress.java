package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.LeaseRequest;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Calls to two models, which share no lock, meet the end of a cool-down: one of them finds out, the other one waits. */
@JCStressTest
@Description("end of a cool-down against two acquires: what became of each; and after the success of one")
@Outcome(
        id = {"granted, waits, both", "waits, granted, both"},
        expect = Expect.ACCEPTABLE,
        desc = "one of them finds out, and then the other one goes on")
@Outcome(expect = Expect.FORBIDDEN, desc = "both find out, or none, or one waits for ever")
@State
public class ProbeStress {

    private final StressPool pool = new StressPool(1, 1);
    private final LeaseRequest one = StressPool.newRequest();
    private final LeaseRequest other = StressPool.newRequest();

    public ProbeStress() {
        pool.makeHalfOpen();
        pool.models.of(StressPool.OTHER_MODEL);
    }

    @Actor
    public void acquire() {
        pool.request(StressPool.MODEL, one);
    }

    @Actor
    public void acquireOther() {
        pool.request(StressPool.OTHER_MODEL, other);
    }

    @Arbiter
    public void look(LLL_Result result) {
        result.r1 = StressPool.outcome(one);
        result.r2 = StressPool.outcome(other);
        StressPool.succeed(one.lease() != null ? one : other);
        result.r3 = one.lease() != null && other.lease() != null ? "both" : "one";
    }
}

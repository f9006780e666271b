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

/** The pool is closed while a call makes the pool of a model, and another one begins to wait. */
@JCStressTest
@Description("close against acquire: a first call to a model; one to a busy model; one after that")
@Outcome(id = "granted, closed, closed", expect = Expect.ACCEPTABLE, desc = "the first call came before it")
@Outcome(id = "closed, closed, closed", expect = Expect.ACCEPTABLE, desc = "the first call came after it")
@Outcome(expect = Expect.FORBIDDEN, desc = "a closed pool lets calls in, or wait")
@State
public class CloseStress {

    private final StressPool pool = new StressPool(1, 1);
    private final LeaseRequest first = StressPool.newRequest();
    private final LeaseRequest waiting = StressPool.newRequest();

    public CloseStress() {
        pool.request(StressPool.OTHER_MODEL);
    }

    @Actor
    public void acquire() {
        pool.request(StressPool.MODEL, first);
        pool.request(StressPool.OTHER_MODEL, waiting);
    }

    @Actor
    public void close() {
        pool.models.close();
    }

    @Arbiter
    public void look(LLL_Result result) {
        result.r1 = StressPool.outcome(first);
        result.r2 = StressPool.outcome(waiting);
        StressPool.succeed(first);
        result.r3 = StressPool.outcome(pool.request());
    }
}

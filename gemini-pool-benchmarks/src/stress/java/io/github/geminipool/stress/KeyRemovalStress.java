package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.LeaseRequest;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** A key is taken out while one call makes the pool of a model, and another one acquires of a pool that there is. */
@JCStressTest
@Description(
        "removal of a key against acquire: the keys of a first call to a model; of one to another; of two after it")
@Outcome(id = "k[12], k[12], k2, k2", expect = Expect.ACCEPTABLE, desc = "nobody gets the key after its removal")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc = "the key is used after its removal, or a call is not served by the other one")
@State
public class KeyRemovalStress {

    private final StressPool pool = new StressPool(2, 2);
    private final LeaseRequest first = StressPool.newRequest();
    private final LeaseRequest other = StressPool.newRequest();

    public KeyRemovalStress() {
        pool.models.of(StressPool.OTHER_MODEL);
    }

    @Actor
    public void acquire() {
        pool.request(StressPool.MODEL, first);
        pool.request(StressPool.OTHER_MODEL, other);
    }

    @Actor
    public void remove() {
        pool.remove("k1");
    }

    @Arbiter
    public void look(LLLL_Result result) {
        result.r1 = StressPool.leaseOf(first).keyName();
        result.r2 = StressPool.leaseOf(other).keyName();
        StressPool.succeed(first);
        StressPool.succeed(other);
        result.r3 = StressPool.leaseOf(pool.request(StressPool.MODEL)).keyName();
        result.r4 = StressPool.leaseOf(pool.request(StressPool.OTHER_MODEL)).keyName();
    }
}

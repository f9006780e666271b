package io.github.geminipool.stress;

import io.github.geminipool.internal.pool.Wish;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A key is taken away while a call acquires it: no call after that gets it. */
@JCStressTest
@Description("removal of a key against acquire: the call at the same time; the keys of two calls after it")
@Outcome(
        id = {"k1, k2, k2", "k2, k2, k2"},
        expect = Expect.ACCEPTABLE,
        desc = "nobody gets the key after its removal")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc = "the key is used after its removal, or a call is not served by the other one")
@State
public class KeyRemovalStress {

    private final StressPool pool = new StressPool(3, 2);
    private final Wish wish = StressPool.wish();

    @Actor
    public void acquire() {
        pool.request(StressPool.MODEL, wish);
    }

    @Actor
    public void remove() {
        pool.quarantine("k1");
    }

    @Arbiter
    public void look(LLL_Result result) {
        result.r1 = StressPool.leaseOf(wish).keyName();
        result.r2 = pool.lease().keyName();
        result.r3 = pool.lease().keyName();
    }
}

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
import org.openjdk.jcstress.infra.results.LI_Result;

/** The cool-down of the only key ends while a call finds it excluded and begins to wait: the alarm must not be missed. */
@JCStressTest
@Description("end of a cool-down against acquire: what became of the call; attempts under way")
@Outcome(id = "granted, 1", expect = Expect.ACCEPTABLE, desc = "the call got the key, at once or woken")
@Outcome(expect = Expect.FORBIDDEN, desc = "the call waits for ever, or is refused")
@State
public class CoolDownEndStress {

    private static final Duration COOL_DOWN = Duration.ofSeconds(10);

    private final StressPool pool = new StressPool(1, 1);
    private final LeaseRequest request = StressPool.newRequest();

    public CoolDownEndStress() {
        pool.exclude("k1", pool.time.clock().after(COOL_DOWN));
    }

    @Actor
    public void acquire() {
        pool.request(StressPool.MODEL, request);
    }

    @Actor
    public void end() {
        pool.time.pass(COOL_DOWN);
    }

    @Arbiter
    public void look(LI_Result result) {
        pool.time.ring();
        result.r1 = StressPool.outcome(request);
        result.r2 = pool.pool().inFlight();
    }
}

package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first key's project has no quota left and the second key is revoked: the third key serves, in every form of call. */
@Tag("wire")
class FailoverWireTest {

    private static final String FIRST = PoolInvariants.secretOf("first");
    private static final String SECOND = PoolInvariants.secretOf("second");
    private static final String THIRD = PoolInvariants.secretOf("third");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(FIRST).key(SECOND).key(THIRD));
        simulator.fault(Fault.when().key(FIRST).wire("429-free-tpm.json"));
        simulator.keyState(SECOND, KeyState.INVALID);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void theThirdKeyServes(Form form) {
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(FIRST).key(SECOND).key(THIRD));

        assertThat(form.ask(pool, "m", "Why is the sky blue?")).contains("Why is the sky blue?");

        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(FIRST, SECOND, THIRD);
        assertThat(simulator.requests()).extracting(RequestRecord::status).containsExactly(429, 400, 200);
        var keys = pool.keyStats().keys();
        assertThat(keys.get(0).attempts().failures()).containsOnlyKeys(FailureKind.RATE_LIMITED);
        // Its quota for this model is used up, but not for others.
        assertThat(keys.get(0).usable()).isTrue();
        assertThat(keys.get(0).modelExclusions())
                .singleElement()
                .satisfies(exclusion -> assertThat(exclusion.model()).isEqualTo("m"));
        assertThat(keys.get(1).attempts().failures()).containsOnlyKeys(FailureKind.KEY_REJECTED);
        assertThat(keys.get(1).usable()).isFalse();
        assertThat(keys.get(2).attempts().failures()).isEmpty();

        // The next call skips the failed keys.
        assertThat(form.ask(pool, "m", "And at night?")).contains("And at night?");
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(FIRST, SECOND, THIRD, THIRD);
    }
}

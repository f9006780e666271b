package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A failure that can't even be logged. */
class UnprintableTest {

    private static final class Unprintable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String getMessage() {
            throw new IllegalStateException("a test");
        }
    }

    private final PoolFixture fixture = PoolFixture.of(1, 1);

    private void request(Runnable onSettled) {
        fixture.pool.request(new LeaseRequest(KeyFilter.ANY, PoolClock.NEVER, false, onSettled));
    }

    @Test
    void doesNotKeepOtherRequestsFromBeingTold() {
        Lease held = fixture.lease();
        List<String> told = new ArrayList<>();
        request(() -> {
            told.add("first");
            throw new Unprintable();
        });
        request(() -> told.add("second"));

        fixture.pool.close();

        assertThat(told).containsExactly("first", "second");
        held.complete(Outcome.SUCCESS);
        assertThat(fixture.pool.state().active()).isZero();
    }
}

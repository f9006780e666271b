package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.event.ExclusionLog;
import io.github.geminipool.testing.PoolInvariants;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many failures at once do not flood the log. */
class StormLogTest {

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final AtomicLong nanos = new AtomicLong();
    private final ExclusionLog log = new ExclusionLog(nanos::get);

    private void excluded(int number) {
        Scope scope = new Scope.Key("Key #" + number);
        log.scopeExcluded(new ScopeExcluded(
                scope, null, new Failure(FailureKind.KEY_REJECTED, scope, null, false, 400, "API key not valid")));
    }

    private List<String> lines() {
        return invariants.logged().stream()
                .filter(line -> line.contains("Not using") || line.contains("Suppressed"))
                .filter(line -> line.contains("WARN"))
                .toList();
    }

    @Test
    void someLinesAreEnoughAndTheRestIsCounted() {
        for (int i = 0; i < 1_000; i++) {
            excluded(i);
        }
        assertThat(lines()).hasSize(20).noneMatch(line -> line.contains("Suppressed"));

        nanos.addAndGet(10_000_000_000L);
        excluded(1_000);

        assertThat(lines()).hasSize(22);
        assertThat(lines().get(20)).contains("Suppressed 980 similar lines");
        assertThat(lines().get(21)).contains("Key #1000");
    }
}

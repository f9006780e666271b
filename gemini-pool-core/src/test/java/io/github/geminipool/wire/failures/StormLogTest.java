package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.event.ExclusionLog;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many failures at once do not flood the log. */
class StormLogTest {

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final ExclusionLog log = new ExclusionLog(
            new PoolClock(time),
            scope -> IntStream.range(0, 12).mapToObj(i -> "k" + i).toList());

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

        time.advance(Duration.ofSeconds(10));
        excluded(1_000);

        assertThat(lines()).hasSize(22);
        assertThat(lines().get(20)).contains("Suppressed 980 similar lines");
        assertThat(lines().get(21)).contains("Key #1000");
    }

    @Test
    void aBillingAccountsLineNamesItsKeysAndSaysForHowLong() {
        Scope account = new Scope.BillingAccount("acme");
        log.scopeExcluded(new ScopeExcluded(
                account,
                time.now().plus(Duration.ofMinutes(62)),
                new Failure(FailureKind.BILLING, account, null, false, 429, "no credit is left")));

        assertThat(lines())
                .singleElement()
                .asString()
                .contains("billing account 'acme' (12 keys: k0, k1, k2, k3, k4, k5, k6, k7, k8, k9 and 2 more)"
                        + " for 1 h 2 min (21:02 UTC): no credit is left");
    }
}

package io.github.geminipool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AliasLedgersTest extends LedgerFixture {

    private final AliasLedgers shared = new AliasLedgers();

    @Test
    void theFirstNamesLedgerIsThatOfAllNames() {
        LocalLedger ofAlias = perMinute(10);
        ofAlias.take(0, 0);
        LocalLedger ofModel = perMinute(10);

        assertThat(shared.of("p", "gemini", ofAlias)).isSameAs(ofAlias);
        assertThat(shared.of("p", "gemini", ofModel)).isSameAs(ofAlias);
        assertThat(burst(ofAlias, 1)).as("what the alias sent counts").isEqualTo(9);
        assertThat(ofModel.isShared()).isFalse();
    }

    @Test
    void otherProjectsAndModelsHaveOtherLedgers() {
        LocalLedger first = shared.of("p", "gemini", perMinute(10));

        assertThat(shared.of("q", "gemini", perMinute(10))).isNotSameAs(first);
        assertThat(shared.of("p", "gemini-pro", perMinute(10))).isNotSameAs(first);
        assertThat(shared.of("p", "another", first))
                .as("a ledger is shared once")
                .isSameAs(first);
        assertThat(shared.of("p", "another", perMinute(10))).isNotSameAs(first);
    }

    @Test
    void aSharedLedgerCountsWhatManyThreadsTake() throws Exception {
        int threads = 4;
        int each = 2_000;
        LocalLedger ledger = shared.of("p", "gemini", perMinute(2 * threads * each));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> takers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                takers.add(() -> {
                    for (int n = 0; n < each; n++) {
                        ledger.take(5, 0);
                    }
                    return null;
                });
            }
            for (Future<Void> taker : executor.invokeAll(takers)) {
                taker.get();
            }
        } finally {
            executor.shutdown();
        }

        assertThat(ledger.left(6)).isEqualTo(0.5);
    }
}

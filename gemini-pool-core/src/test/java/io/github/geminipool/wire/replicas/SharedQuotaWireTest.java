package io.github.geminipool.wire.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.stats.QuotaUsage;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.MemoryStore;
import io.github.geminipool.testing.PoolInvariants;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two replicas of an application that share the quota of one project, and somebody else who uses it, too. */
@Tag("wire")
@Tag("sdk")
@Timeout(20)
class SharedQuotaWireTest {

    private static final String KEY = PoolInvariants.secretOf("key");

    /** Each pool counts what it has sent, but they have one simulator: the invariants can't be checked. */
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final ManualTime time = new ManualTime();
    private final MemoryStore store = new MemoryStore(time, Runnable::run).withBooks();
    private final List<ForeignUse> foreign = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T open(T made) {
        opened.add(made);
        return made;
    }

    private GeminiSimulator google() {
        return open(GeminiSimulator.builder()
                .key(KEY)
                .quota(Quota.requestsPerMinute(10))
                .clock(time::now)
                .start());
    }

    private GeminiPool pool(GeminiSimulator google, Consumer<GeminiPoolBuilder> options) {
        GeminiPoolBuilder builder = GeminiPool.builder().key(KEY).timeSource(time);
        builder.settings(builder.settings()
                .withBaseUrl(URI.create(google.baseUrl()))
                .withLimits(Limits.NONE.withRequestsPerMinute(10))
                .withAcquireTimeout(Duration.ZERO)
                .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1)));
        options.accept(builder);
        return open(builder.build());
    }

    private GeminiPool replica(String name, GeminiSimulator google) {
        return replica(store.connect(name), google);
    }

    private GeminiPool replica(SharedStore connection, GeminiSimulator google) {
        return pool(
                google,
                b -> b.sharedStore(connection).listener(new PoolListener() {
                    @Override
                    public void foreignUse(ForeignUse event) {
                        foreign.add(event);
                    }
                }));
    }

    private static void call(GeminiPool pool, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(pool.generateContent("Hi").text()).contains("Hi");
        }
    }

    private static long used(GeminiPool pool) {
        return usage(pool).used();
    }

    private static QuotaUsage usage(GeminiPool pool) {
        return pool.stats().models().get(0).quotas().get(0);
    }

    @Test
    void whatOneHasUsedTheOtherHasNot() {
        GeminiSimulator google = google();
        GeminiPool one = replica("one", google);
        GeminiPool two = replica("two", google);
        call(one, 7);
        call(two, 3);

        for (GeminiPool pool : List.of(one, two)) {
            assertThatThrownBy(() -> pool.generateContent("Hi"))
                    .hasMessageContaining("the replicas share the project's per-minute request quota");
        }
        assertThat(google.requests()).hasSize(10).allMatch(request -> request.status() == 200);
        assertThat(used(one)).isEqualTo(10);

        time.advance(Duration.ofMillis(60_200));
        call(two, 1);
        // A busy minute is spread.
        time.advance(Duration.ofSeconds(6));
        call(one, 1);
    }

    @Test
    void whatSomebodyElseHasUsedIsTold() {
        GeminiSimulator google = google();
        GeminiPool one = replica("one", google);
        GeminiPool two = replica("two", google);
        time.advance(Duration.ofSeconds(61));
        GeminiPool somebodyElse = pool(google, b -> {});
        call(somebodyElse, 7);
        call(one, 2);
        call(two, 1);

        assertThatThrownBy(() -> two.generateContent("Hi")).hasMessageContaining("RATE_LIMITED");
        assertThat(foreign)
                .containsExactly(new ForeignUse(
                        foreign.get(0).project(),
                        one.stats().models().get(0).model(),
                        ForeignUse.Unit.REQUESTS,
                        10,
                        4,
                        6));
        assertThat(usage(two).foreign()).isEqualTo(6);
    }

    @Test
    void whoIsAloneDoesNotKnowWhoHasUsedIt() {
        GeminiSimulator google = google();
        MemoryStore.Replica connection = store.connect("two");
        GeminiPool one = replica("one", google);
        GeminiPool two = replica(connection, google);
        time.advance(Duration.ofSeconds(61));
        call(two, 1);
        connection.isDown(true);
        call(one, 8);
        call(two, 1);

        assertThatThrownBy(() -> two.generateContent("Hi")).hasMessageContaining("RATE_LIMITED");
        assertThat(foreign).isEmpty();
    }
}

package io.github.geminipool.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.QuotaUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.MemoryStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** The endpoint of any replica shows all of them. */
@Timeout(60)
class ReplicasEndpointTests {

    private final ManualTime time = new ManualTime();

    private GeminiPool replica(GeminiSimulator google, MemoryStore.Replica connection) {
        GeminiPoolBuilder builder =
                GeminiPool.builder().key("first-key-1").timeSource(time).sharedStore(connection);
        return builder.settings(builder.settings().withBaseUrl(URI.create(google.baseUrl())))
                .build();
    }

    @Test
    void sumsWhatTheReplicasHavePublished() {
        ExecutorService messages = Executors.newSingleThreadExecutor();
        MemoryStore store = new MemoryStore(time, messages::execute);
        try (GeminiSimulator google =
                        GeminiSimulator.builder().key("first-key-1").start();
                GeminiPool one = replica(google, store.connect("one"));
                GeminiPool two = replica(google, store.connect("two"))) {
            one.generateContent("Hi");
            one.generateContent("Hi");
            two.generateContent("Hi");
            time.advance(Duration.ofSeconds(10));
            Eventually.await(
                    "both have published", () -> store.facts(FactKind.SNAPSHOT).size() == 2);
            one.generateContent("Hi");

            ReplicasDescriptor all = (ReplicasDescriptor) endpoint(one).pool("all", null);

            // The figures of the replica that is asked are the present ones.
            assertThat(all.calls()).isEqualTo(4);
            assertThat(all.attempts()).isEqualTo(4);
            assertThat(all.failedCalls()).isZero();
            assertThat(all.attemptsByKey()).containsExactly(Map.entry("Key #1", 4L));
            assertThat(all.attemptsByModel()).containsValue(4L).hasSize(1);
            assertThat(all.replicas())
                    .extracting(ReplicasDescriptor.ReplicaDescriptor::replica)
                    .containsExactly("one", "two");
            assertThat(all.replicas())
                    .extracting(ReplicasDescriptor.ReplicaDescriptor::calls)
                    .containsExactly(3L, 1L);
            assertThat(endpoint(one).pool("replica", null)).isInstanceOf(PoolDescriptor.class);
        } finally {
            messages.shutdown();
        }
    }

    @Test
    void showsWhatOthersUseOfAQuota() {
        QuotaUsage quota = new QuotaUsage("p", QuotaUsage.Unit.REQUESTS_PER_MINUTE, 10, 4, false).withForeign(6);
        ModelStats stats = new ModelStats("m", 1, 0, 0, 0, AttemptStats.NONE, 0, Map.of(), List.of(quota), List.of());
        assertThat(ModelDescriptor.of(stats, List.of()).quotas())
                .extracting(ModelDescriptor.QuotaDescriptor::foreign)
                .containsExactly(6L);
    }

    @Test
    void saysThatThereIsNoStore() {
        try (GeminiPool pool = GeminiPool.builder().key("first-key-1").build()) {
            GeminiPoolEndpoint endpoint = endpoint(pool);
            ReplicasDescriptor all = (ReplicasDescriptor) endpoint.pool("all", null);
            assertThat(all.note()).contains("shares nothing", "gemini.pool.shared.enabled");
            assertThat(all.replicas()).singleElement().satisfies(only -> {
                assertThat(only.self()).isTrue();
                assertThat(only.replica()).isEqualTo("this replica");
            });
            assertThatThrownBy(() -> endpoint.pool("some", null))
                    .isInstanceOf(InvalidEndpointRequestException.class)
                    .hasMessageContaining("'some'");
            assertThat(endpoint.pool(null, null))
                    .isInstanceOfSatisfying(
                            PoolDescriptor.class,
                            own -> assertThat(own.shared()).isNull());
        }
    }

    @Test
    void showsThisReplicaIfTheStoreDoesNotAnswerAndWhoIsNotHeardOf() {
        MemoryStore store = new MemoryStore(time, Runnable::run);
        MemoryStore.Replica connection = store.connect("one");
        try (GeminiSimulator google =
                        GeminiSimulator.builder().key("first-key-1").start();
                GeminiPool one = replica(google, connection);
                GeminiPool two = replica(google, store.connect("two"))) {
            one.generateContent("Hi");
            two.generateContent("Hi");
            time.advance(Duration.ofSeconds(10));
            Eventually.await(
                    "both have published", () -> store.facts(FactKind.SNAPSHOT).size() == 2);
            MemoryStore.Replica third = store.connect("unpublished");
            connection.isDown(true);

            ReplicasDescriptor cutOff = (ReplicasDescriptor) endpoint(one).pool("all", null);
            assertThat(cutOff.note())
                    .isEqualTo("The other replicas can't be shown: their store failed, see this replica's log");
            assertThat(cutOff.calls()).isEqualTo(1);
            assertThat(cutOff.attemptsByKey()).containsExactly(Map.entry("Key #1", 1L));
            assertThat(cutOff.replicas())
                    .extracting(ReplicasDescriptor.ReplicaDescriptor::aloneSince)
                    .containsExactly("2026-11-10T20:00:10Z");
            PoolDescriptor own = (PoolDescriptor) endpoint(one).pool(null, null);
            assertThat(own.shared())
                    .isEqualTo(
                            new PoolDescriptor.SharedDescriptor("test", "one", List.of("one"), "2026-11-10T20:00:10Z"));

            // The other one has its last figures, but hears of it no more.
            connection.close();
            ReplicasDescriptor others = (ReplicasDescriptor) endpoint(two).pool("all", null);
            assertThat(others.note()).isNull();
            assertThat(others.calls()).isEqualTo(2);
            assertThat(others.replicas())
                    .extracting(
                            ReplicasDescriptor.ReplicaDescriptor::replica,
                            ReplicasDescriptor.ReplicaDescriptor::present,
                            ReplicasDescriptor.ReplicaDescriptor::self)
                    .containsExactly(
                            tuple("one", false, false), tuple("two", true, true), tuple("unpublished", true, false));
            third.close();
        }
    }

    private static GeminiPoolEndpoint endpoint(GeminiPool pool) {
        return new GeminiPoolEndpoint(Map.of("geminiPool", pool), name -> List.of());
    }
}

package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static io.github.geminipool.redis.StoreFixture.failure;
import static io.github.geminipool.redis.StoreFixture.given;
import static io.github.geminipool.redis.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@RequiresRedis
@Timeout(60)
class ClusterTest {

    private static final int NODES = 3;

    private final List<RedisServer> nodes = new ArrayList<>();
    private final RedisClusterClient client;

    ClusterTest() {
        try {
            join();
        } catch (RuntimeException | Error e) {
            nodes.forEach(RedisServer::close);
            throw e;
        }
        client = TestClients.cluster(nodes.get(0).uri());
    }

    private void join() {
        for (int i = 0; i < NODES; i++) {
            nodes.add(RedisServer.clusterNode());
        }
        for (int i = 0; i < NODES; i++) {
            RedisServer node = nodes.get(i);
            int first = i * SlotHash.SLOT_COUNT / NODES;
            int last = (i + 1) * SlotHash.SLOT_COUNT / NODES - 1;
            node.ask(redis ->
                    redis.clusterAddSlots(IntStream.rangeClosed(first, last).toArray()));
            nodes.get(0).meets(node);
        }
        Eventually.await(
                "they are a cluster",
                () -> nodes.stream()
                        .allMatch(node -> node.ask(redis -> redis.clusterInfo().contains("cluster_state:ok")
                                && redis.clusterInfo().contains("cluster_known_nodes:3"))));
    }

    @AfterEach
    void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        nodes.forEach(RedisServer::close);
    }

    private static QuotaBucket bucketOf(int node) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> new QuotaBucket("project-" + i, "model"))
                .filter(bucket -> nodeOf(bucket) == node)
                .findFirst()
                .orElseThrow();
    }

    private static int nodeOf(QuotaBucket bucket) {
        return SlotHash.getSlot(new Names("shop").books(bucket)[0]) * NODES / SlotHash.SLOT_COUNT;
    }

    @Test
    void bucketsAreSpreadOverTheNodesAndAnyNodeMayFail() {
        RecordingFollower follower = new RecordingFollower();
        try (RedisSharedStore one = RedisSharedStore.connect(client, "shop", TIMEOUT);
                RedisSharedStore other = RedisSharedStore.connect(client, "shop", TIMEOUT)) {
            other.follow(follower);
            for (int node = 0; node < NODES; node++) {
                assertThat(given(one, order(bucketOf(node), 60, 40, null))).isEqualTo(40);
                assertThat(given(other, order(bucketOf(node), 60, 40, null))).isEqualTo(20);
            }
            one.publish(
                    new Fact(FactKind.ALIAS, "a", "b", one.replica(), Duration.ofMinutes(1), Fact.Precedence.LATEST));
            Eventually.await("it is told", () -> follower.facts.containsKey("ALIAS a"));
            Eventually.await("they know each other", () -> one.members().count() == 2);

            int lost = (SlotHash.getSlot(new Names("shop").news()) * NODES / SlotHash.SLOT_COUNT + 1) % NODES;
            nodes.get(lost).kill();
            Eventually.await(
                    "its buckets fail",
                    () -> one.reserve(order(bucketOf(lost), 60, 1, null))
                            .handle((slots, failure) -> failure != null)
                            .toCompletableFuture()
                            .join());
            assertThat(failure(one, order(bucketOf(lost), 60, 1, null))).isNotNull();
            for (int node = 0; node < NODES; node++) {
                if (node != lost) {
                    assertThat(given(one, order(bucketOf(node), 100, 40, null))).isZero();
                }
            }

            nodes.get(lost).restart();
            Eventually.await(
                    "its buckets are served",
                    () -> one.reserve(order(bucketOf(lost), 60, 0, null))
                            .handle((slots, failure) -> failure == null)
                            .toCompletableFuture()
                            .join());
            assertThat(StoreFixture.ask(one, order(bucketOf(lost), 60, 0, null))
                            .requestsPerMinute()
                            .used())
                    .as("what was asked in the meantime is not done later")
                    .isZero();
        }
    }

    @Test
    void whoCanNotSayThatItIsThereIsAloneWhateverElseIsServed() {
        int ofMembers = SlotHash.getSlot(new Names("shop").members()) * NODES / SlotHash.SLOT_COUNT;
        QuotaBucket served = bucketOf((ofMembers + 1) % NODES);
        try (RedisSharedStore store = RedisSharedStore.connect(client, "shop", TIMEOUT)) {
            assertThat(given(store, order(served, 60, 1, null))).isEqualTo(1);
            nodes.get(ofMembers).kill();
            Eventually.await("it is noticed", () -> store.aloneSince() != null);
            Eventually.await(
                    "the bucket is served",
                    () -> store.reserve(order(served, 60, 0, null))
                            .handle((slots, failure) -> failure == null)
                            .toCompletableFuture()
                            .join());
            assertThat(Eventually.holds(
                            () -> {
                                StoreFixture.ask(store, order(served, 60, 0, null));
                                return store.aloneSince() == null;
                            },
                            Duration.ofSeconds(2)))
                    .as("it is said to be served")
                    .isFalse();
        }
    }
}

package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.BUCKET;
import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static io.github.geminipool.redis.StoreFixture.ask;
import static io.github.geminipool.redis.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RequiresRedis({"redis-server", "redis-sentinel"})
@Timeout(60)
class SentinelTest {

    @Test
    void theBooksOutliveTheServerTheyWereOn() {
        try (RedisServer primary = RedisServer.start();
                RedisServer replica = RedisServer.replicaOf(primary);
                RedisServer sentinel = RedisServer.sentinelOf(primary)) {
            Eventually.await(
                    "the replica and the sentinel are ready",
                    () -> replica.ask(redis -> redis.info("replication")).contains("master_link_status:up")
                            && sentinel.ask(redis -> redis.info("sentinel"))
                                    .contains("status=ok,address=127.0.0.1:" + primary.port() + ",slaves=1"));
            RedisURI uri = RedisURI.Builder.sentinel("127.0.0.1", sentinel.port(), "books")
                    .withTimeout(Duration.ofSeconds(10))
                    .build();
            try (RedisSharedStore store = RedisSharedStore.connect(TestClients.client(uri), "shop", TIMEOUT)) {
                RecordingFollower follower = new RecordingFollower();
                store.follow(follower);
                Slots before = ask(store, order(40));
                Eventually.await(
                        "it is replicated",
                        () -> replica.ask(redis -> redis.zcard(new Names("shop").books(BUCKET)[0])) == 40);
                primary.kill();

                AtomicReference<@Nullable Slots> answer = new AtomicReference<>();
                assertThat(Eventually.holds(
                                () -> {
                                    store.reserve(order(BUCKET, 60, 30, before.version()))
                                            .handle((slots, failure) -> slots)
                                            .toCompletableFuture()
                                            .thenAccept(answer::set)
                                            .join();
                                    return answer.get() != null;
                                },
                                Duration.ofSeconds(30)))
                        .as("the other server is found")
                        .isTrue();
                Slots found = Objects.requireNonNull(answer.get());
                assertThat(found.status()).isEqualTo(Slots.Status.COMPLETE);
                assertThat(found.slots()).hasSize(20);
                SlotChange unused = new SlotChange.Unused(
                        before.slots().get(0).id(), before.slots().get(0).size());
                assertThat(ask(store, order(BUCKET, 60, 1, found.version(), unused))
                                .slots())
                        .hasSize(1);
                Eventually.await("changes are told by the other server", () -> {
                    store.publish(new Fact(
                            FactKind.ALIAS, "a", "b", store.replica(), Duration.ofMinutes(1), Fact.Precedence.LATEST));
                    return follower.changes.get() > 0;
                });
            }
        }
    }
}

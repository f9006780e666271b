package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.BUCKET;
import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static io.github.geminipool.redis.StoreFixture.ask;
import static io.github.geminipool.redis.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is in a server that replicas share. */
@RequiresRedis
@Timeout(30)
class DumpTest {

    private final RedisServer server;

    DumpTest(RedisServer server) {
        this.server = server;
        server.ask(RedisCommands::flushall);
    }

    /** Returns all that the server holds: each key with its type, its content and whether it ends. */
    private static Map<String, String> contents(RedisCommands<String, String> redis) {
        return redis.keys("*").stream()
                .collect(Collectors.toMap(key -> key, key -> content(redis, key), (a, b) -> a, TreeMap::new));
    }

    private static String content(RedisCommands<String, String> redis, String key) {
        String type = redis.type(key);
        assertThat(redis.pttl(key)).as("%s ends", key).isPositive();
        return switch (type) {
            case "hash" -> type + redis.hgetall(key);
            case "zset" -> type + redis.zrangeWithScores(key, 0, -1);
            default -> type + redis.get(key);
        };
    }

    @Test
    void everyKeyIsOfTheNamespaceAndEnds() {
        try (RedisSharedStore store = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            ask(store, order(BUCKET, 60, 3, null));
            assertThat(server.ask(DumpTest::contents).keySet())
                    .contains(
                            "gemini-pool:1:{shop:shop:gemini-flash}:sends",
                            "gemini-pool:1:{shop:shop:gemini-flash}:state")
                    .allMatch(key -> key.startsWith("gemini-pool:1:{shop"));
        }
    }

    @Test
    void booksWhoseOnlyEntryIsMovedEndToo() {
        try (RedisSharedStore store = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            Slot slot = ask(store, order(1)).slots().get(0);
            SlotChange moved = new SlotChange.Moved(slot.id(), Duration.ofMillis(5), slot.size(), slot.size());
            ask(store, order(BUCKET, 60, 0, null, moved));
            assertThat(server.ask(DumpTest::contents)).containsKey("gemini-pool:1:{shop:shop:gemini-flash}:sends");
        }
    }

    @Test
    void theMemoryOfABucketIsBounded() {
        try (RedisSharedStore store = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            for (int i = 0; i < 50; i++) {
                ask(store, order(BUCKET, 30_000, 100, null));
            }
            assertThat(ask(store, order(0)).requestsPerMinute().used()).isEqualTo(5_000);
            String[] keys = new Names("shop").books(BUCKET);
            long entries = server.ask(redis -> redis.zcard(keys[0]));
            assertThat(entries).isLessThanOrEqualTo(4_096);
        }
    }
}

package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.testing.Eventually;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@RequiresRedis
class MembersClockTest {

    @Test
    void whoWasLastSeenByAClockThatWasAheadIsNoLongerThere(RedisServer server) {
        server.ask(RedisServerCommands::flushall);
        server.ask(redis -> redis.zadd(
                new Names("shop").members(),
                (double) (System.currentTimeMillis() + Duration.ofHours(1).toMillis()),
                "gone"));
        try (RedisSharedStore store = RedisSharedStore.connect(server.client(), "shop", Duration.ofSeconds(3))) {
            Eventually.await(
                    "only this replica is here",
                    () -> server.ask(redis -> redis.zcard(new Names("shop").members())) == 1);
            assertThat(store.members().replicas()).containsExactly(store.replica());
        }
    }
}

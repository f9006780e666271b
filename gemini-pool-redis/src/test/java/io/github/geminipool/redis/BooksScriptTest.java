package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@RequiresRedis
@Execution(ExecutionMode.CONCURRENT)
class BooksScriptTest {

    private static final int OPERATIONS = 400;

    @Test
    @Timeout(600)
    void theScriptAnswersWhatItsTwinAnswers(RedisServer server) {
        int walks = Math.max(1, Integer.getInteger("redis.operations", 6_000) / OPERATIONS);
        try (StatefulRedisConnection<String, String> connection =
                server.client().connect()) {
            RedisCommands<String, String> redis = connection.sync();
            String sha =
                    redis.scriptLoad(BooksWalk.timed(Script.named("books.lua").source()));
            for (int seed = 0; seed < walks; seed++) {
                assertThat(new BooksWalk(redis, sha, seed).differs(OPERATIONS))
                        .as("seed %s", seed)
                        .isNull();
            }
        }
    }
}

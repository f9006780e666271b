package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The random walk finds whatever is damaged in the script. */
@RequiresRedis
@Execution(ExecutionMode.CONCURRENT)
class DamagedScriptsTest {

    private static final int WALKS = 60;
    private static final int OPERATIONS = 400;

    /** The first walk that notices it, a part of the script, and what it is damaged to. Other walks notice it, too. */
    private static final String DAMAGES = """
        0  entry.at + minute + guard(u))                => entry.at + minute)
        2  max(0, limit[u] - amount)                    => limit[u] - amount
        1  newest.at + SPREAD.r                         => now + SPREAD.r
        2  newest.at + SPREAD.t                         => now + SPREAD.t
        0  f.rTwo > limit.r                             => f.rTwo >= limit.r
        1  if later > turns or                          => if
        0  or next > now + within                       =>
        1  min(number(), minute)                        => number()
        0  and knownGiven > f.given)                    => and false)
        3  isBehind = not isNew and (knownEpoch > f.epoch or => isBehind = not isNew and (
        8  isBehind and newest and newest.at or 0       => 0
        8  slot <= f.complete or                        =>
        1  or slot >= now + 2 * minute                  =>
        1  if not isCoarse and first(                   => if first(
        18 if slot >= f.dayBegan then                   => if true then
        0  f.dayCount + n - wasN                        => f.dayCount + n
        0  '(' .. text(f[mark])                         => text(f[mark])
        2  if at > f.tMark then                         => if at > f.rMark then
        1  entry.at - entry.span > slot                 => entry.at ~= slot
        1  entry.at - entry.span > slot                 => false
        1  math.ceil(at)                                => floor(at)
        0  if now - takenAgo <= f[u .. 'At']            => if false
        6  (u == 't' and guard('t') or 0)               => 0
        0  own == 0 and f[least] or min(own, f[least])  => min(own, f[least])
        5  and dayEnds <= seconds + 26 * 3600           =>
        12 if not isTooLarge and before > 0             => if before > 0
        0  newest.at + (isCoarse and 0 or 1)            => newest.at
        8  requestLimit > EXACT                         => requestLimit > 10 * EXACT
        1  latest - min(at, there.at - there.span)      => there.span
        12 local there = last(                          => local there = first(
        1  if now < f.clock then                        => if false then
        1  f.dayEnds * 1000000 + f.offset) end          => f.dayEnds * 1000000) end
        1  if f.dayKept == 0 then                       => if true then
        26 f.dayCount + size.requests > limit.d         => f.dayCount >= limit.d
        0  floor(1 + (missing - 1) / 256)               => 1
        0  set(u .. 'Least', 0); set(u .. 'Told', 0) end => end
        """;

    private record Damage(int walk, String whole, String damaged) {

        private static Damage of(String line) {
            String[] walkAndRest = line.split(" ", 2);
            String[] sides = walkAndRest[1].split("=>", 2);
            return new Damage(Integer.parseInt(walkAndRest[0]), sides[0].strip(), sides[1].strip());
        }

        private Script of(Script script) {
            assertThat(script.source()).contains(whole);
            int at = script.source().indexOf(whole);
            return Script.of(
                    script.source().substring(0, at) + damaged + script.source().substring(at + whole.length()));
        }
    }

    static Stream<Damage> damages() {
        return DAMAGES.lines().map(Damage::of);
    }

    @Test
    @Timeout(120)
    void theWalkCatchesNothingElse(RedisServer server) {
        assertThat(catches(Script.named("books.lua"), 7, 10, server)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("damages")
    @Timeout(120)
    void theWalkCatches(Damage damage, RedisServer server) {
        Script damaged = damage.of(Script.named("books.lua"));
        assertThat(catches(damaged, damage.walk, WALKS, server)).isTrue();
    }

    private static boolean catches(Script script, int first, int walks, RedisServer server) {
        try (StatefulRedisConnection<String, String> connection =
                server.client().connect()) {
            RedisCommands<String, String> redis = connection.sync();
            String sha = redis.scriptLoad(BooksWalk.timed(script.source()));
            return IntStream.concat(IntStream.of(first), IntStream.range(0, walks))
                    .anyMatch(seed -> new BooksWalk(redis, sha, seed).differs(OPERATIONS) != null);
        }
    }
}

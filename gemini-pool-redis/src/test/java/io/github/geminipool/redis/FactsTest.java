package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.Fact.Precedence;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RequiresRedis
@Timeout(30)
class FactsTest {

    private final RedisServer server;
    private final RecordingFollower follower = new RecordingFollower();
    private RedisSharedStore one;
    private RedisSharedStore other;

    FactsTest(RedisServer server) {
        this.server = server;
        server.ask(RedisServerCommands::flushall);
        one = RedisSharedStore.connect(server.client(), "shop", TIMEOUT);
        other = RedisSharedStore.connect(server.client(), "shop", TIMEOUT);
    }

    @BeforeEach
    void follow() {
        other.follow(follower);
        Eventually.await("it follows", () -> follower.reads.get() > 0 && !follower.members.isEmpty());
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private Fact fact(FactKind kind, String name, String value, Duration lasts, Precedence precedence) {
        return new Fact(kind, name, value, one.replica(), lasts, precedence);
    }

    private Fact excluded(String name, String value) {
        return fact(FactKind.EXCLUSION, name, value, Duration.ofMinutes(5), Precedence.LATEST);
    }

    private static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void whatOneSaysAllKnow() {
        String value = "RATE_LIMITED\nof any : characters } ä € \u0001 ";
        one.publish(excluded("key|{x}:\n%41", value));
        Eventually.await("it is told", () -> follower.facts.containsValue(value));
        assertThat(follower.facts).containsExactly(Map.entry("EXCLUSION key|{x}:\n%41", value));

        one.retract(FactKind.EXCLUSION, "key|{x}:\n%41");
        Eventually.await("it is taken back", follower.facts::isEmpty);
    }

    @Test
    void aChangeIsToldByItselfWithoutReadingAll() {
        String value = "a\nb";
        // Meanwhile a heartbeat may have all read, too.
        Eventually.await("it is told without reading all", () -> {
            int reads = follower.reads.get();
            int changes = follower.changes.get();
            one.publish(excluded("key|a", value));
            Eventually.await("it is told", () -> value.equals(follower.facts.get("EXCLUSION key|a")));
            one.retract(FactKind.EXCLUSION, "key|a");
            Eventually.await("it is taken back", follower.facts::isEmpty);
            return follower.changes.get() == changes + 2 && follower.reads.get() == reads;
        });
    }

    private Duration lasts(String key) {
        long millis = server.ask(redis -> redis.pttl(key));
        return Duration.ofMillis(millis);
    }

    @Test
    void theNumberOfChangesLastsAsLongAsTheFacts() {
        String news = new Names("shop").news();
        for (int i = 0; i < 10; i++) {
            one.publish(excluded("key|" + i, "1"));
        }
        Eventually.await("all are told", () -> follower.facts.size() == 10);
        assertThat(lasts(news)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
        server.ask(redis -> redis.del(news));
        one.retract(FactKind.EXCLUSION, "key|0");
        Eventually.await("it is taken back", () -> follower.facts.size() == 9);
        assertThat(lasts(news)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
    }

    @Test
    void aDamagedFactHidesNoOther() {
        one.publish(excluded("key|a", "1"));
        Eventually.await("it is told", () -> follower.facts.size() == 1);
        server.ask(redis -> {
            redis.hset("gemini-pool:1:{shop}:facts:EXCLUSION", "key|b", "of one line");
            return redis.zadd("gemini-pool:1:{shop}:ends:EXCLUSION", System.currentTimeMillis() + 60_000.0, "key|b");
        });
        assertThat(answer(one.read(FactKind.EXCLUSION))).extracting(Fact::name).containsExactly("key|a");
    }

    @Test
    void thatFactsCanNotBeReadIsTold() {
        try (StoreFixture.StoreLog log = new StoreFixture.StoreLog()) {
            server.ask(redis -> {
                redis.set("gemini-pool:1:{shop}:ends:ALIAS", "of another type");
                return redis.incr("gemini-pool:1:{shop}:news");
            });
            Eventually.await("it is told", () -> log.contains("WRONGTYPE"));
            server.ask(redis -> redis.del("gemini-pool:1:{shop}:ends:ALIAS"));
            Eventually.await("it is read", () -> log.contains("INFO Redis works again"));
        }
    }

    @Test
    void whoMayNotSubscribeIsNotSaidToBeServed() {
        server.ask(redis -> redis.aclSetuser("default", io.lettuce.core.AclSetuserArgs.Builder.resetChannels()));
        try (StoreFixture.StoreLog log = new StoreFixture.StoreLog();
                RedisSharedStore deaf = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            Eventually.await("it is told", () -> log.contains("WARN Redis is failing: NOPERM"));
            // Three more heartbeats.
            assertThat(Eventually.holds(() -> log.contains("serves again"), Duration.ofMillis(2_500)))
                    .as("served")
                    .isFalse();
            server.ask(redis -> redis.aclSetuser("default", io.lettuce.core.AclSetuserArgs.Builder.allChannels()));
            Eventually.await("it subscribes", () -> log.contains("INFO Redis works again"));
            assertThat(deaf.members().count()).isPositive();
        } finally {
            server.ask(redis -> redis.aclSetuser("default", io.lettuce.core.AclSetuserArgs.Builder.allChannels()));
        }
    }

    @Test
    void whoComesLaterReadsThemAll() {
        one.publish(excluded("key|a", "1"));
        one.publish(fact(FactKind.OWNER, "files/x", "shop", Duration.ofDays(30), Precedence.LATEST));
        RecordingFollower late = new RecordingFollower();
        Eventually.await("both are told", () -> follower.facts.size() == 2);
        one.follow(late);
        Eventually.await("both are read", () -> late.facts.equals(follower.facts));
    }

    @Test
    void manyChangesLeaveTheSameEverywhere() {
        Random random = new Random(1);
        RecordingFollower third = new RecordingFollower();
        try (RedisSharedStore late = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            for (int i = 0; i < 1_000; i++) {
                String name = "key|" + random.nextInt(50);
                RedisSharedStore who = random.nextBoolean() ? one : other;
                if (random.nextInt(5) == 0) {
                    who.retract(FactKind.EXCLUSION, name);
                } else {
                    who.publish(excluded(name, "value-" + i));
                }
                if (i == 500) {
                    late.follow(third);
                }
            }
            one.publish(excluded("last", "1"));
            other.publish(excluded("last of all", "1"));
            Eventually.await(
                    "all is told",
                    () -> follower.facts.containsKey("EXCLUSION last")
                            && follower.facts.containsKey("EXCLUSION last of all")
                            && third.facts.equals(follower.facts));
            List<Fact> stored = answer(one.read(FactKind.EXCLUSION));
            assertThat(stored).extracting(Fact::value).containsExactlyInAnyOrderElementsOf(follower.facts.values());
        }
    }

    @Test
    void aChangeOfWhichNoMessageCameIsKnownAfterAHeartbeat() {
        // Nobody is told but by the number of changes.
        server.ask(redis -> redis.aclSetuser("default", io.lettuce.core.AclSetuserArgs.Builder.resetChannels()));
        try {
            server.ask(redis -> redis.clientKill(KillArgs.Builder.typePubsub()));
            server.ask(redis -> {
                redis.hset("gemini-pool:1:{shop}:facts:EXCLUSION", "key|a", "somebody\nvalue");
                redis.zadd("gemini-pool:1:{shop}:ends:EXCLUSION", System.currentTimeMillis() + 60_000.0, "key|a");
                return redis.set("gemini-pool:1:{shop}:news", "77");
            });
            long since = System.nanoTime();
            Eventually.await("it is read", () -> "value".equals(follower.facts.get("EXCLUSION key|a")));
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
        } finally {
            server.ask(redis -> redis.aclSetuser("default", io.lettuce.core.AclSetuserArgs.Builder.allChannels()));
        }
    }

    @Test
    void aLostConnectionIsOpenedAgainAndWhatWasMissedIsRead() {
        server.ask(redis -> redis.clientKill(KillArgs.Builder.typePubsub()));
        server.ask(redis -> redis.clientKill(KillArgs.Builder.typeNormal().skipme()));
        Eventually.await(
                "it serves again",
                () -> one.reserve(StoreFixture.order(1))
                        .handle((slots, failure) -> failure == null)
                        .toCompletableFuture()
                        .join());
        one.publish(excluded("key|a", "1"));
        Eventually.await("it is told", () -> follower.facts.containsKey("EXCLUSION key|a"));
    }

    @Test
    void theLongerExclusionHolds() {
        one.publish(fact(FactKind.EXCLUSION, "key|a", "long", Duration.ofHours(1), Precedence.LONGEST));
        one.publish(fact(FactKind.EXCLUSION, "key|a", "short", Duration.ofMinutes(1), Precedence.LONGEST));
        one.publish(fact(FactKind.EXCLUSION, "key|b", "long", Duration.ofHours(1), Precedence.LATEST));
        one.publish(fact(FactKind.EXCLUSION, "key|b", "short", Duration.ofMinutes(1), Precedence.LATEST));
        Eventually.await("all are told", () -> "short".equals(follower.facts.get("EXCLUSION key|b")));
        assertThat(follower.facts).containsEntry("EXCLUSION key|a", "long");
    }

    @Test
    void anExclusionWhoseValueWasEvictedIsToldAgain() {
        one.publish(fact(FactKind.EXCLUSION, "key|a", "long", Duration.ofHours(1), Precedence.LONGEST));
        Eventually.await("it is told", () -> follower.facts.size() == 1);
        server.ask(redis -> redis.del("gemini-pool:1:{shop}:facts:EXCLUSION"));
        one.publish(fact(FactKind.EXCLUSION, "key|a", "short", Duration.ofMinutes(1), Precedence.LONGEST));
        Eventually.await("it is told again", () -> "short".equals(follower.facts.get("EXCLUSION key|a")));
    }

    /** Followers publish again what they then find missing. */
    @Test
    void afterAPublicationThatFailedAllIsReadAgain() {
        RecordingFollower own = new RecordingFollower();
        one.follow(own);
        int before;
        do {
            before = own.reads.get();
        } while (Eventually.holds(hasRead(own, before), Duration.ofMillis(1_500)));
        server.ask(redis -> redis.set("gemini-pool:1:{shop}:facts:ALIAS", "of another type"));
        one.publish(fact(FactKind.ALIAS, "a", "m", Duration.ofMinutes(1), Precedence.LATEST));
        Eventually.await("all is read again", hasRead(own, before));
    }

    private static BooleanSupplier hasRead(RecordingFollower one, int before) {
        return () -> one.reads.get() > before;
    }

    @Test
    void factsEnd() {
        one.publish(fact(FactKind.SNAPSHOT, one.replica(), "figures", Duration.ofMillis(400), Precedence.LATEST));
        Eventually.await(
                "it is there", () -> !answer(other.read(FactKind.SNAPSHOT)).isEmpty());
        assertThat(answer(other.read(FactKind.SNAPSHOT))).singleElement().satisfies(fact -> {
            assertThat(fact.value()).isEqualTo("figures");
            assertThat(fact.by()).isEqualTo(one.replica());
            assertThat(fact.lasts()).isBetween(Duration.ofMillis(1), Duration.ofMillis(400));
        });
        Eventually.await(
                "it is over", () -> answer(other.read(FactKind.SNAPSHOT)).isEmpty());
    }

    @Test
    void onlySoManyOfAKindAreKept() {
        IntStream.range(0, 1_010)
                .forEach(i -> one.publish(
                        fact(FactKind.ALIAS, "alias-" + i, "m", Duration.ofSeconds(1_000 + i), Precedence.LATEST)));
        Eventually.await("all are stored", () -> "m".equals(follower.facts.get("ALIAS alias-1009")));
        List<Fact> kept = answer(one.read(FactKind.ALIAS));
        assertThat(kept)
                .hasSize(FactKind.ALIAS.most())
                .extracting(Fact::name)
                .doesNotContain("alias-9")
                .contains("alias-10");
    }

    @Test
    void factsThatWereLostAreLostForAll() {
        one.publish(excluded("key|a", "1"));
        Eventually.await("it is told", () -> follower.facts.size() == 1);
        server.ask(RedisServerCommands::flushall);
        Eventually.await("it is gone", follower.facts::isEmpty);
        one.publish(excluded("key|b", "1"));
        Eventually.await("another is told", () -> follower.facts.containsKey("EXCLUSION key|b"));
    }

    @Test
    void whoFollowsNoMoreIsToldNothing() throws Exception {
        RecordingFollower former = new RecordingFollower();
        try (AutoCloseable following = other.follow(former)) {
            Eventually.await("it follows " + following, () -> former.reads.get() > 0);
        }
        one.publish(excluded("key|a", "1"));
        Eventually.await("it is told", () -> follower.facts.size() == 1);
        assertThat(former.facts).isEmpty();
    }
}
